import { fillHoles, type Holes } from '#model/holes.ts'
import { type Kind, kindsText } from './flow.ts'

/**
 * What is wrong with a mapping, or likely to be, found without running it: its code, and what is said of it, with holes for
 * names and for kinds of values. What the parser says comes with the code `syntax`, and with the parser's own reason or,
 * where it is a well-known slip, with that (see slips.ts).
 */
export const findingTexts = {
  nothing_to_read: {
    code: 'unknown_field',
    text: 'there is no object to read "{{name}}" of{{place}}: it is always nothing',
  },
  field_unknown: { code: 'unknown_field', text: '"{{name}}" is not known here{{place}}: it is always nothing' },
  field_misspelt: {
    code: 'unknown_field',
    text: '"{{name}}" is not known here{{place}}: it is always nothing. Did you mean "{{near}}"?',
  },
  variable_undefined: { code: 'unknown_name', text: '${{name}} is not defined: it is always nothing' },
  variable_misspelt: {
    code: 'unknown_name',
    text: '${{name}} is not defined: it is always nothing. Did you mean ${{near}}?',
  },
  function_without_sign: {
    code: 'unknown_name',
    text: '"{{name}}" is a field here, and cannot be called. Did you mean ${{name}}?',
  },
  binding_by_equals: { code: 'unknown_name', text: '= compares: to give ${{name}} a value, write ${{name}} := …' },
  system_unknown: { code: 'unknown_name', text: 'there is no system "{{name}}": $xref gives nothing' },
  system_misspelt: {
    code: 'unknown_name',
    text: 'there is no system "{{name}}": $xref gives nothing. Did you mean "{{near}}"?',
  },
  object_unknown: {
    code: 'unknown_name',
    text: 'no mapping reads or writes "{{object}}" of {{name}}: $xref gives nothing',
  },
  object_misspelt: {
    code: 'unknown_name',
    text: 'no mapping reads or writes "{{object}}" of {{name}}: $xref gives nothing. Did you mean "{{near}}"?',
  },
  quotes_curly: { code: 'unknown_name', text: '{{name}} is a name: texts stand in straight quotes, as in "a"' },
  slip_operator: { code: 'syntax', text: '{{written}} cannot stand here: write {{instead}}' },
  slip_comma_missing: { code: 'syntax', text: 'a comma is missing before {{token}}' },
  slip_comma_more: { code: 'syntax', text: 'there is a comma too many before {{token}}' },
  slip_comment: { code: 'syntax', text: 'a comment stands between /* and */' },
  slip_value_missing: { code: 'syntax', text: 'a value is missing before {{token}}' },
  slip_open: {
    code: 'syntax',
    text: '{{open}} of line {{line}}, column {{column}} is never closed: its {{close}} is missing',
  },
  slip_still_open: {
    code: 'syntax',
    text: '{{found}} cannot stand here: {{open}} of line {{line}}, column {{column}} is open, and {{close}} closes it',
  },
  slip_close_more: { code: 'syntax', text: '{{found}} closes nothing: no {{open}} is open here' },
  argument_kind: { code: 'wrong_argument', text: 'argument {{index}} of ${{callee}} must be {{expected, kinds}}' },
  texts_added: { code: 'wrong_operand', text: '+ adds numbers; this is {{given, kinds}}: & joins texts' },
  operand_kind: { code: 'wrong_operand', text: '{{operator}} needs numbers; this is {{given, kinds}}' },
  key_twice: {
    code: 'duplicate_key',
    text: '"{{name}}" is there twice: the mapping fails when both have a value (D1009)',
  },
  entity_unknown: { code: 'unknown_target', text: '"{{name}}" is no entity of the canonical model' },
  entity_misspelt: {
    code: 'unknown_target',
    text: '"{{name}}" is no entity of the canonical model. Did you mean "{{near}}"?',
  },
  target_unknown: { code: 'unknown_target', text: '"{{name}}" is no field of {{path}}' },
  target_misspelt: { code: 'unknown_target', text: '"{{name}}" is no field of {{path}}. Did you mean "{{near}}"?' },
  target_missing: { code: 'missing_required', text: '{{path}} must have "{{name}}"' },
  target_null: { code: 'always_empty', text: '{{target}} is always empty' },
  target_empty: { code: 'always_empty', text: '{{target}} never has a value' },
  kind_wrong: { code: 'wrong_type', text: '{{target}} must be {{expected, kinds}}; this is {{given, kinds}}' },
  kind_may_be_wrong: {
    code: 'wrong_type',
    text: '{{target}} must be {{expected, kinds}}; this can be {{given, kinds}}',
  },
  kind_may_be_no_list: {
    code: 'wrong_type',
    text: '{{target}} must be {{expected, kinds}}; this can be {{given, kinds}}: write [ … ] around it, so that one is a list too',
  },
  word_wrong: { code: 'wrong_value', text: '{{target}} can be {{given}}; expected one of {{expected}}' },
} as const satisfies Readonly<Record<string, { code: string; text: string }>>

type Reason = keyof typeof findingTexts

export interface Finding {
  readonly code: 'syntax' | (typeof findingTexts)[Reason]['code']
  /** Which of the texts it is; of the code `syntax` the code of the failure. */
  readonly reason: string
  /** What fills the holes of that text; lists are kinds of values. */
  readonly params: Readonly<Record<string, string | number | string[]>>
  /** An error fails or says nothing whatever comes; a warning may be meant so. */
  readonly level: 'error' | 'warning'
  readonly message: string
  /** The target field it is about, such as `person.email`. */
  readonly target?: string
  /** Characters from the start of the source. */
  readonly position?: number
}

type Param = string | number | ReadonlySet<Kind>
type ParamsOf<R extends Reason> = Readonly<Record<Holes<(typeof findingTexts)[R]['text']>, Param>>
type About = Pick<Finding, 'level' | 'target'> & { readonly position?: number | undefined }

/**
 * Collects findings, each once: the body of a function is walked at each of its calls.
 *
 * @param sourceLevel of what is wrong only if the source is as it is described: samples show no more than what they hold
 */
export function makeFindings(sourceLevel: Finding['level'] = 'error') {
  const found = new Map<string, Finding>()
  return {
    sourceLevel,
    add<R extends Reason>(reason: R, given: ParamsOf<R>, { position, ...about }: About): void {
      const { code, text } = findingTexts[reason]
      const values: Readonly<Record<string, Param>> = given
      const message = fillHoles(text, name => said(values[name]))
      const params = Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, value instanceof Set ? [...value] : value]),
      ) as Finding['params']
      const place = position === undefined ? {} : { position }
      found.set(`${code} ${position ?? ''} ${message}`, { code, reason, params, message, ...about, ...place })
    },
    list: (): readonly Finding[] =>
      [...found.values()].sort((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity)),
  }
}

function said(value: Param | undefined): string {
  return typeof value === 'object' ? kindsText({ kinds: value }) : String(value)
}

export type Findings = ReturnType<typeof makeFindings>
