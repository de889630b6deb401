import type { ActRefusal } from '#model/act.ts'
import { fillHoles } from '#model/holes.ts'
import { type ParamsOf, type Reason, REASONS } from './reasons.ts'

/** Every error of the REST API: code to HTTP status (RFC 9110) and title. The only such table of the console. */
export const PROBLEMS = {
  request_invalid: { status: 400, title: 'The request does not fit the description of the API' },
  cursor_invalid: { status: 400, title: 'The cursor is not one of this list' },
  file_invalid: { status: 400, title: 'The file cannot be read' },
  token_missing: { status: 401, title: 'A token is needed' },
  token_invalid: { status: 401, title: 'The token is not valid' },
  scope_missing: { status: 403, title: 'The token may not do this' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  state_conflict: { status: 409, title: 'The state does not allow this' },
  confirm_invalid: { status: 409, title: 'The confirmation is not valid (any more)' },
  body_too_large: { status: 413, title: 'The body is too large' },
  media_type_unknown: { status: 415, title: 'The media type is not understood' },
  too_many_failures: { status: 429, title: 'Too many calls with a wrong token' },
  internal_error: { status: 500, title: 'The hub made a mistake' },
  not_available: { status: 503, title: 'Not available right now' },
} as const satisfies Readonly<Record<string, { status: number; title: string }>>

export type ProblemCode = keyof typeof PROBLEMS

/** What fills the holes of a text; a list holds kinds of values. */
export type Params = Readonly<Record<string, string | number | string[]>>

/** What is wrong at one place of what was sent. */
export interface PlaceProblem {
  path: string
  message: string
  reason?: string | undefined
  params?: Params | undefined
}

/** An error as a value: what a handler gives back instead of its answer. */
export interface Problem {
  readonly problem: ProblemCode
  readonly detail: string
  /** Why, as `REASONS` lists it. */
  readonly reason: Reason
  readonly params: Params
  readonly errors?: readonly PlaceProblem[]
}

export function problem<R extends Reason>(reason: R, params: ParamsOf<R>, errors?: Problem['errors']): Problem {
  const { code, text } = REASONS[reason]
  const given: Params = params
  return {
    problem: code,
    detail: fillHoles(text, name => String(given[name])),
    reason,
    params,
    ...(errors && { errors }),
  }
}

/** What an act of a person was refused for. */
export function refused({ code, message, reason, params, errors }: ActRefusal): Problem {
  return { problem: code, detail: message, reason, params, ...(errors && { errors }) }
}

export function isProblem(value: object): value is Problem {
  return 'problem' in value && typeof value.problem === 'string' && Object.hasOwn(PROBLEMS, value.problem)
}

/** The problem+json document of RFC 9457. */
export function problemDocument({ problem: code, detail, reason, params, errors }: Problem) {
  const { status, title } = PROBLEMS[code]
  return {
    type: `urn:patchbay:${code}`,
    title,
    status,
    code,
    detail,
    reason,
    params,
    ...(errors && { errors }),
  }
}
