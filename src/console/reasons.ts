import type { Holes } from '#model/holes.ts'
import { REFUSALS } from '#model/refusals.ts'
import type { ProblemCode } from './problem-codes.ts'

/**
 * Why the REST API could not do something: the code that programs act on, and what is said to people, with holes for names
 * and numbers. Reasons are stable: the console says them in its own languages (web/locales).
 */
export const REASONS = {
  ...REFUSALS,

  token_missing: { code: 'token_missing', text: 'Send the header "Authorization: Bearer pb_...".' },
  token_unknown: { code: 'token_invalid', text: 'The token is unknown, expired or revoked.' },
  too_many_failures: { code: 'too_many_failures', text: 'Wait {{seconds}} seconds, and check the token.' },
  scope_missing: { code: 'scope_missing', text: 'The token lacks the scope "{{scope}}".' },
  address_unknown: { code: 'not_found', text: 'There is nothing at {{path}}; see /docs.' },
  body_too_large: { code: 'body_too_large', text: 'A body may have {{bytes}} bytes.' },
  internal_error: { code: 'internal_error', text: 'The hub noted the details in its log.' },
  request_unfit: { code: 'request_invalid', text: '{{message}}' },
  method_not_allowed: { code: 'method_not_allowed', text: '{{path}} does not take {{method}}.' },
  media_unknown: { code: 'media_type_unknown', text: '{{media}} is not taken here; see /docs.' },
  cursor_foreign: { code: 'cursor_invalid', text: 'Start again without cursor.' },
  confirm_missing: { code: 'confirm_invalid', text: 'Call with dryRun first and give back its "confirm".' },
  confirm_foreign: {
    code: 'confirm_invalid',
    text: 'This confirmation is for another act or filter. Call with dryRun again.',
  },
  confirm_old: {
    code: 'confirm_invalid',
    text: 'The confirmation is older than {{minutes}} minutes. Call with dryRun again.',
  },

  system_unknown: { code: 'not_found', text: 'No system is named "{{name}}".' },
  system_not_configured: { code: 'not_found', text: 'No system is named "{{name}}" in the configuration.' },
  person_unknown: { code: 'not_found', text: 'There is no golden person {{id}} with data.' },
  not_linked: { code: 'not_found', text: '{{system}}/{{object}} {{remoteId}} is not linked to {{id}}.' },
  request_unknown: {
    code: 'not_found',
    text: 'There is no request {{id}}; requests are kept for a limited time.',
  },
  event_unknown: { code: 'not_found', text: 'There is no event {{id}}.' },
  event_not_settled: {
    code: 'state_conflict',
    text: 'The event is {{state}}: it has not been processed yet.',
  },
  attempt_unknown: {
    code: 'not_found',
    text: 'There is no attempt {{id}}; attempts are kept for a limited time.',
  },
  delivery_unknown: {
    code: 'not_found',
    text: 'There is no delivery of {{goldenId}} to {{system}}/{{object}}.',
  },
  plan_unknown: {
    code: 'not_found',
    text: 'This process has no such plan: plans are kept in the process that was asked, the newest of them.',
  },
  api_token_unknown: { code: 'not_found', text: 'There is no token {{id}}.' },
  api_token_ended: { code: 'request_invalid', text: 'The token would have expired already.' },

  system_without_load_groups: {
    code: 'not_found',
    text: 'No object of system "{{system}}" has a load group (objects.<object>.loadGroup in patchbay.yaml): it is live without a first link.',
  },
  object_without_load_group: {
    code: 'not_found',
    text: '{{system}}/{{object}} has no load group (objects.<object>.loadGroup in patchbay.yaml): it is live without a first link.',
  },
  nothing_in_review: {
    code: 'state_conflict',
    text: 'Nothing is in review: an object is loaded first, then reviewed, then applied.',
  },
  deliveries_undecided: {
    code: 'state_conflict',
    text: '{{count}} deliveries of {{system}}/{{object}} are not decided yet; look at the plan again in a moment.',
  },

  import_media: { code: 'media_type_unknown', text: 'Send text/csv or application/json.' },
  import_without_header: { code: 'file_invalid', text: 'The file has no header line.' },
  import_unreadable: { code: 'file_invalid', text: '{{message}}' },
  import_too_long: { code: 'body_too_large', text: 'One call takes {{rows}} rows; use "patchbay import".' },

  alert_unknown: { code: 'not_found', text: 'There is no alert {{id}}.' },
  alert_not_firing: {
    code: 'state_conflict',
    text: 'The alert is {{state}}: only one that is firing can be acknowledged.',
  },
  channel_unknown: { code: 'not_found', text: 'No channel of patchbay.yaml is named "{{name}}".' },
  silence_unknown: { code: 'not_found', text: 'There is no silence {{id}} to end.' },
  silence_ended: { code: 'request_invalid', text: 'The silence would have ended already.' },
  silence_of_everything: {
    code: 'request_invalid',
    text: 'Everything would be silenced: say at least one of name, system, object, team.',
  },

  mapping_unknown: { code: 'not_found', text: 'There is no mapping {{name}}.' },
  nothing_to_try: { code: 'not_found', text: 'There is no mapping {{name}}: give a text to try.' },
  nothing_to_check: { code: 'not_found', text: 'There is no draft of {{name}}: give a text to check.' },
  nothing_to_plan: { code: 'not_found', text: 'There is no draft of {{name}}: save one, or give a text.' },
  no_draft: { code: 'not_found', text: 'There is no draft of {{names}}.' },
  draft_gone: {
    code: 'state_conflict',
    text: 'The draft was published or thrown away meanwhile: begin again from the published revision.',
  },
  draft_of_another: { code: 'state_conflict', text: '{{by}} saved another draft at {{at}}: look at it first.' },
  draft_changed: { code: 'state_conflict', text: '{{by}} saved another draft of {{name}} meanwhile.' },
  revision_unknown: { code: 'not_found', text: '{{name}} has no revision {{revision}}.' },
  revision_gone: { code: 'state_conflict', text: '{{name}} has no revision {{revision}} any more.' },
  revision_never_published: {
    code: 'not_found',
    text: '{{name}} has no revision {{revision}} that was ever published.',
  },
  publication_unknown: { code: 'not_found', text: 'There is no publication {{number}}.' },
  rollback_unsaid: { code: 'request_invalid', text: 'Give a publication, or a mapping and its revision.' },
  revisions_not_kept: { code: 'state_conflict', text: 'This hub keeps no revisions of mappings.' },
  checks_failed: { code: 'state_conflict', text: 'Nothing was published, because checks failed:' },
  mapping_broken: { code: 'state_conflict', text: 'It does not compile: {{message}}' },
  text_unreadable: { code: 'request_invalid', text: 'The text cannot be read:' },
  table_unwritable: { code: 'request_invalid', text: 'The table cannot be written as a text:' },
  cases_unreadable: { code: 'request_invalid', text: 'The cases: {{problems}}' },
  try_one: { code: 'request_invalid', text: 'Give one of eventId, goldenId and input.' },
  no_system_maps: { code: 'not_found', text: 'No system uses a mapping for {{system}}/{{object}}.' },
  no_route_maps: { code: 'not_found', text: 'No route uses a mapping for {{system}}/{{object}}.' },
  mapping_without_route: { code: 'not_found', text: 'No route uses {{name}}.' },
  event_of_no_system: { code: 'not_found', text: 'The system of the event {{id}} is not configured.' },
  event_not_mapped: { code: 'not_found', text: 'No mapping is given the event {{id}}: {{why}}.' },
  golden_not_mapped: { code: 'not_found', text: 'No mapping is given the record {{id}}.' },
} as const satisfies Readonly<Record<string, { code: ProblemCode; text: string }>>

export type Reason = keyof typeof REASONS

/** What fills the holes of a reason's text. */
export type ParamsOf<R extends Reason> = Readonly<Record<Holes<(typeof REASONS)[R]['text']>, string | number>>
