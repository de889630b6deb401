import { FORMAT_HINTS } from './formats.ts'
import { fillHoles } from './holes.ts'

/** Why a record does not fit the canonical model, with holes for names, numbers and lists of types. */
const texts = {
  issue_field_unknown:
    'unknown field "{{name}}" of {{entity}}: use a field of docs/canonical-model.md, or put it into "extra"',
  issue_member_unknown: 'unknown member "{{name}}"',
  issue_word: 'expected one of {{words}}',
  issue_type: 'expected {{types, kinds}}',
  issue_link:
    'expected a link: {"$ref": {"object": ..., "id": ...}} (strings, "system" if another\'s) or {"$key": {<kind>: <value>}}',
  issue_required: 'must have required property "{{name}}"',
  issue_max_length: 'must NOT have more than {{limit}} characters',
  issue_min_length: 'must NOT have fewer than {{limit}} characters',
  issue_max_items: 'must NOT have more than {{limit}} items',
  issue_max_properties: 'must NOT have more than {{limit}} properties',
  issue_min_properties: 'must NOT have fewer than {{limit}} properties',
  issue_other: '{{message}}',
  issue_shape: 'expected an object whose keys are entity names, such as {"person": {...}}',
  issue_entity: '"{{name}}" is not an entity of the canonical model',
  issue_record: 'expected an object of canonical fields',
  issue_document: 'expected an object: the record as the system takes it',
  issue_id: 'expected a number, or a text of 1 to {{bytes}} bytes',
  issue_object: 'expected a text of at most {{bytes}} bytes',
  issue_time: 'expected an RFC 3339 time',
  issue_link_id: 'expected a link whose id has 1 to {{bytes}} bytes',
} as const

/** The same for the formats of texts, by `issue_format_` and the format. */
const formatTexts = Object.fromEntries(
  Object.entries(FORMAT_HINTS).map(([format, hint]) => [`issue_format_${format}`, `expected ${hint}`]),
)

/** Every text by its reason: the console says them in its own languages (web/locales). */
export const ISSUE_TEXTS: Readonly<Record<string, string>> = { ...texts, ...formatTexts }

export type IssueReason = keyof typeof texts | `issue_format_${string}`

export interface Issue {
  /** JSON pointer into the record, such as `/address/addressCountry`. */
  path: string
  message: string
  reason: IssueReason
  /** What fills the holes of the reason's text. */
  params: Readonly<Record<string, string | number | string[]>>
}

export function makeIssue(path: string, reason: IssueReason, params: Issue['params'] = {}): Issue {
  const message = fillHoles(ISSUE_TEXTS[reason] ?? reason, name => said(params[name]))
  return { path, message, reason, params }
}

const said = (value: Issue['params'][string] | undefined): string =>
  Array.isArray(value) ? value.join(' or ') : String(value)
