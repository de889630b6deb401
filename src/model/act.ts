import { fillHoles, type Holes } from './holes.ts'
import type { Issue } from './issues.ts'
import { REFUSALS } from './refusals.ts'

/** What became of an act of a person: done, with what it did, or not, and why. */
export type ActResult<Done extends object = object> = ({ ok: true } & Done) | ActRefusal

type Reason = keyof typeof REFUSALS
type ParamsOf<R extends Reason> = Readonly<Record<Holes<(typeof REFUSALS)[R]['text']>, string | number>>

export interface ActRefusal {
  ok: false
  code: (typeof REFUSALS)[Reason]['code']
  reason: Reason
  /** What fills the holes of the reason's text. */
  params: Readonly<Record<string, string | number>>
  message: string
  errors?: readonly Issue[]
}

export function refusal<R extends Reason>(reason: R, params: ParamsOf<R>, errors?: readonly Issue[]): ActRefusal {
  const { code, text } = REFUSALS[reason]
  const given: Readonly<Record<string, string | number>> = params
  const message = fillHoles(text, name => String(given[name]))
  return { ok: false, code, reason, params, message, ...(errors === undefined ? {} : { errors }) }
}
