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

/** An error as a value: what a handler gives back instead of its answer. */
export interface Problem {
  readonly problem: ProblemCode
  readonly detail: string
  readonly errors?: readonly { path: string; message: string }[]
}

export function problem(code: ProblemCode, detail: string, errors?: Problem['errors']): Problem {
  return { problem: code, detail, ...(errors && { errors }) }
}

export function isProblem(value: object): value is Problem {
  return 'problem' in value && typeof value.problem === 'string' && Object.hasOwn(PROBLEMS, value.problem)
}

/** The problem+json document of RFC 9457. */
export function problemDocument(found: Problem) {
  const { status, title } = PROBLEMS[found.problem]
  return {
    type: `urn:patchbay:${found.problem}`,
    title,
    status,
    code: found.problem,
    detail: found.detail,
    ...(found.errors && { errors: found.errors }),
  }
}
