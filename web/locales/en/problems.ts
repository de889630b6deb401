/** By the code of the REST API; what it says itself follows. */
export const problem = {
  unreachable:
    'The hub does not answer. Check that it runs and that this machine reaches it; the page goes on by itself.',
  again: 'Try again',
  request_invalid: 'The hub does not understand this.',
  cursor_invalid: 'The list has changed. Load the page again.',
  file_invalid: 'The file cannot be read.',
  token_missing: 'Log in first.',
  token_invalid: 'This token is not valid.',
  scope_missing: 'Your token may not do this. Ask an administrator for one with more scopes.',
  not_found: 'There is no such thing (any more).',
  method_not_allowed: 'The hub does not offer this.',
  state_conflict: 'This is not possible now.',
  confirm_invalid: 'The confirmation is too old. Begin again.',
  body_too_large: 'This is too large.',
  media_type_unknown: 'The hub does not understand this kind of file.',
  too_many_failures: 'Too many wrong tokens came from this address.',
  internal_error: 'The hub made a mistake. Its log says more.',
  not_available: 'This is not available right now.',
}
