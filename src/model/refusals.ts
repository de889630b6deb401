/**
 * Why an act of a person is refused: the code that programs act on, and what is said to people, with holes for names and
 * numbers. Reasons are stable: the console says them in its own languages (web/locales).
 */
export const REFUSALS = {
  golden_unknown: { code: 'not_found', text: 'There is no golden record {{id}}.' },
  golden_merged: {
    code: 'state_conflict',
    text: 'Golden record {{id}} was merged into {{mergedInto}}; act on that one.',
  },
  pair_unknown: { code: 'not_found', text: 'There is no such pair.' },
  pair_of_one: { code: 'request_invalid', text: 'Name two different golden records.' },
  pair_of_two_entities: {
    code: 'request_invalid',
    text: 'A golden {{left}} and a golden {{right}} cannot be the same.',
  },
  entity_never_merged: {
    code: 'request_invalid',
    text: 'Golden records of {{entity}} are never merged: each has one home system.',
  },
  pair_not_never: { code: 'state_conflict', text: 'They were not called "never the same".' },
  pair_never: { code: 'state_conflict', text: 'They were called "never the same": lift that first.' },
  pair_is_one: { code: 'state_conflict', text: 'The two are one golden record by now: undo their merge.' },
  review_unknown: { code: 'not_found', text: 'There is no review {{id}}.' },
  review_decided: { code: 'state_conflict', text: 'The review was decided before: {{state}}.' },
  merge_unknown: { code: 'not_found', text: 'There is no merge {{id}}.' },
  merge_undone: { code: 'state_conflict', text: 'The merge was undone before.' },
  merge_erased: { code: 'state_conflict', text: 'The person was erased: nothing is left to be taken apart.' },

  fields_unnamed: { code: 'request_invalid', text: 'Name at least one field.' },
  consent_by_hand: {
    code: 'request_invalid',
    text: '{{fields}}: consents are stated by a system, with their evidence, never by hand.',
  },
  values_misfit: { code: 'request_invalid', text: 'The values do not fit the model of {{entity}}.' },
  fields_not_held: { code: 'state_conflict', text: 'No steward holds any of these fields.' },

  remote_unknown: { code: 'not_found', text: 'No customer is known by {{system}}/{{object}} {{remoteId}}.' },
  remote_merged: {
    code: 'state_conflict',
    text: '{{system}}/{{object}} {{remoteId}} was merged into {{mergedInto}} there.',
  },
  remote_deleted: { code: 'state_conflict', text: '{{system}}/{{object}} {{remoteId}} was deleted there.' },
  no_held_deletes: { code: 'state_conflict', text: 'No deletes are held for {{system}}/{{object}}.' },

  merge_system_unknown: { code: 'not_found', text: 'There is no system "{{name}}".' },
  merge_not_offered: {
    code: 'state_conflict',
    text: 'Connector {{connector}} has no call that merges two of "{{object}}": merge them in {{system}} by hand; the hub hears of it and follows.',
  },
  merge_system_idle: { code: 'state_conflict', text: '{{system}} is {{state}}: resume it first.' },
  merge_not_linked: {
    code: 'state_conflict',
    text: '{{system}}/{{object}} is not live yet: nothing is written there before its first link is done.',
  },
  loser_unknown: { code: 'not_found', text: 'No customer has a living record {{place}} {{remoteId}}.' },
  survivor_unknown: {
    code: 'state_conflict',
    text: '{{place}} {{remoteId}} is no living record of the same customer.',
  },
  survivor_is_loser: {
    code: 'request_invalid',
    text: '{{place}} {{remoteId}} is the one that stays: name the duplicate, or another with --into.',
  },
  vendor_not_merged: { code: 'state_conflict', text: '{{place}} did not merge them: {{why}}' },
  vendor_merge_unknown: {
    code: 'state_conflict',
    text: 'It is not known whether {{place}} merged them: {{why}}. Look there before you try again; if it did, the hub hears of it.',
  },

  weights_unused: {
    code: 'state_conflict',
    text: 'Only strong keys link here: weights mean nothing until patchbay.yaml has policy.matching.',
  },
  weights_unknown: {
    code: 'not_found',
    text: 'There are no weights of number {{number}}: "patchbay identity models" lists them.',
  },
  pairs_too_few: {
    code: 'state_conflict',
    text: 'Only {{pairs}} pairs of records look alike: weights are estimated from {{least}} or more.',
  },
  weights_of_file: {
    code: 'state_conflict',
    text: 'patchbay.yaml names a file of weights (policy.matching.model: {{file}}): take that line out first.',
  },
  configuration_wrong: { code: 'state_conflict', text: 'patchbay.yaml has mistakes: "patchbay check" names them.' },
  policy_in_force: {
    code: 'state_conflict',
    text: 'The policy of patchbay.yaml is in force: there is nothing to apply.',
  },
} as const satisfies Readonly<
  Record<string, { code: 'not_found' | 'state_conflict' | 'request_invalid'; text: string }>
>
