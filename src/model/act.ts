/** What became of an act of a person: done, with what it did, or not, and why. */
export type ActResult<Done extends object = object> = ({ ok: true } & Done) | ActRefusal

export interface ActRefusal {
  ok: false
  code: 'not_found' | 'state_conflict' | 'request_invalid'
  message: string
  errors?: readonly { path: string; message: string }[]
}

export function refusal(code: ActRefusal['code'], message: string, errors?: ActRefusal['errors']): ActRefusal {
  return { ok: false, code, message, ...(errors === undefined ? {} : { errors }) }
}
