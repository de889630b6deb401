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
