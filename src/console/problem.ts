import type { ActRefusal } from '#model/act.ts'
import { fillHoles } from '#model/holes.ts'
import { type ProblemCode, PROBLEMS } from './problem-codes.ts'
import { type ParamsOf, type Reason, REASONS } from './reasons.ts'

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
