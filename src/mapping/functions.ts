import { createHash } from 'node:crypto'
import { countryCode } from '#model/values/country.ts'
import { calendarDate, utcTime } from '#model/values/date.ts'
import { emailAddress } from '#model/values/email.ts'
import { money } from '#model/values/money.ts'
import { personName } from '#model/values/person-name.ts'
import { phoneE164 } from '#model/values/phone.ts'
import { taxId } from '#model/values/tax-id.ts'
import { isBlank } from '#model/values/text.ts'
import { MappingFailure } from './engine/failure.ts'
import type { BuiltIn } from './engine/builtins/built-in.ts'
import { toMillis } from './engine/builtins/reference.ts'
import { htmlText } from '#model/values/html-text.ts'
import { canonicalText } from './fields/canonical-text.ts'
import type { Frame } from './engine/runtime.ts'
import { hostOf } from './host.ts'
import type { Tables } from './tables.ts'

/**
 * The functions of the field: what JSONata lacks for customer data. This is the one place that describes them; the table
 * in docs/mapping.md is held against it, and each example is run, by a test.
 */
export interface FieldFunction extends BuiltIn {
  /** How it is written, for people: `$phone(value, region?)`. */
  readonly usage: string
  readonly doc: string
  /** An expression and its result (undefined where there is none); `xref` and `table` answer as in a case. */
  readonly example: {
    readonly expression: string
    readonly xref?: Readonly<Record<string, string>>
    readonly table?: Readonly<Record<string, Readonly<Record<string, string>>>>
    readonly result?: unknown
  }
}

const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function timeByPicture(value: unknown, picture: string, offset: string | undefined, frame: Frame): unknown {
  if (typeof value !== 'string') return undefined
  const ms = toMillis(value, picture, frame)
  if (typeof ms !== 'number') return undefined
  const utc = new Date(ms).toISOString().replace('Z', '')
  // The picture's own zone has been taken into account; without one the time counts as in the offset.
  return utcTime(utc, /\[[Zz]/.test(picture) ? 'Z' : offset)
}

export const fieldFunctions: readonly FieldFunction[] = [
  {
    name: 'phone',
    usage: '$phone(value, region?)',
    signature: '<x-s?:s>',
    arity: 1,
    call: ([value, region]) => phoneE164(value, optionalText(region)),
    doc: 'Phone number in E.164. `region` is the country of a number without country code; without it such a number is nothing.',
    example: { expression: '$phone("139 1234 5678", "CN")', result: '+8613912345678' },
  },
  {
    name: 'email',
    usage: '$email(value)',
    signature: '<x-:s>',
    arity: 1,
    call: ([value]) => emailAddress(value),
    doc: 'E-mail address without name and `mailto:`, in lower case; nothing if it is no address.',
    example: { expression: '$email(" Ann <Ann.Berg@Example.COM> ")', result: 'ann.berg@example.com' },
  },
  {
    name: 'money',
    usage: '$money(amount, currency)',
    signature: '<xx?:o>',
    arity: 1,
    call: ([amount, currency]) => money(amount, currency),
    doc: 'Exact amount and ISO 4217 currency. Understands grouping in both styles and brackets for negative amounts; without `currency` the text must name one.',
    example: { expression: '$money("1.234,5", "EUR")', result: { amount: '1234.50', currency: 'EUR' } },
  },
  {
    name: 'date',
    usage: '$date(value, picture?, offset?)',
    signature: '<x-s?s?:s>',
    arity: 1,
    call: ([value, picture, offset], frame) => {
      const form = optionalText(picture)
      const zone = optionalText(offset)
      return form === undefined || form === '' ? utcTime(value, zone) : timeByPicture(value, form, zone, frame)
    },
    doc: 'Time as RFC 3339 in UTC from ISO strings, epoch seconds or milliseconds and common vendor forms, or by a `picture` as in `$toMillis`. A time without an offset counts as in `offset` (UTC if left out). Nothing if it can be read in two ways.',
    example: { expression: '$date("2026-11-21 18:00:00", "", "+08:00")', result: '2026-11-21T10:00:00Z' },
  },
  {
    name: 'day',
    usage: '$day(value, offset?)',
    signature: '<x-s?:s>',
    arity: 1,
    call: ([value, offset]) => calendarDate(value, optionalText(offset)),
    doc: 'Calendar date as YYYY-MM-DD, by the rules of `$date`. Of an epoch time, the day in `offset`.',
    example: { expression: '$day("2026年1月2日")', result: '2026-01-02' },
  },
  {
    name: 'personName',
    usage: '$personName(full)',
    signature: '<x-:o>',
    arity: 1,
    call: ([full]) => personName(full),
    doc: 'Given and family name of a full name, Chinese (also with a family name of two characters) or Western. What cannot be told is left out.',
    example: {
      expression: '$personName("欧阳娜娜")',
      result: { givenName: '娜娜', familyName: '欧阳', fullName: '欧阳娜娜' },
    },
  },
  {
    name: 'country',
    usage: '$country(value)',
    signature: '<x-:s>',
    arity: 1,
    call: ([value]) => countryCode(value),
    doc: 'ISO 3166-1 code of two letters, from that code, the one of three letters, or a name in a common language.',
    example: { expression: '$country("Deutschland")', result: 'DE' },
  },
  {
    name: 'taxId',
    usage: '$taxId(value)',
    signature: '<x-:s>',
    arity: 1,
    call: ([value]) => taxId(value),
    doc: 'Tax id in upper case without separators. A 统一社会信用代码 with a wrong check character is nothing.',
    example: { expression: '$taxId("91350100m000100y43")', result: '91350100M000100Y43' },
  },
  {
    name: 'blank',
    usage: '$blank(value)',
    signature: '<x-:x>',
    arity: 1,
    call: ([value]) => (isBlank(value) ? undefined : value),
    doc: 'Nothing for null, empty and white-space strings, else the value: an empty form field says nothing.',
    example: { expression: '{"a": $blank("  "), "b": $blank("x")}', result: { b: 'x' } },
  },
  {
    name: 'hash',
    usage: '$hash(value)',
    signature: '<x-:s>',
    arity: 1,
    call: ([value], frame) =>
      value === undefined
        ? undefined
        : createHash('sha256').update(canonicalText(value, frame.rt)).digest('hex').slice(0, 32),
    doc: 'Fingerprint of 32 hexadecimal digits; the order of members does not matter.',
    example: { expression: '$hash({"a": 1, "b": 2}) = $hash({"b": 2, "a": 1})', result: true },
  },
  {
    name: 'html2text',
    usage: '$html2text(html)',
    signature: '<s-:s>',
    arity: 1,
    call: ([html]) => (typeof html === 'string' ? htmlText(html) : undefined),
    doc: 'Readable text of HTML: blocks become lines, scripts go, entities become characters.',
    example: { expression: '$html2text("<p>Tea &amp; <b>milk</b></p><p>2 €</p>")', result: 'Tea & milk\n\n2 €' },
  },
  {
    name: 'xref',
    usage: '$xref(system, object, id)',
    signature: '<ss(sn):s>',
    arity: 3,
    call: ([system, object, id], frame) => {
      if (typeof system !== 'string' || typeof object !== 'string') return undefined
      if (typeof id !== 'string' && typeof id !== 'number') return undefined
      return hostOf(frame).xref?.(system, object, String(id))
    },
    doc: 'Id of the same customer in another system. Outbound: of golden id `id`, the id of its record of `object` in `system`. Inbound the other way round: of record `id` of `object` in `system`, the golden id. Nothing if there is none.',
    example: {
      expression: '$xref("crm", "contact", "g1")',
      xref: { 'crm/contact/g1': '003A' },
      result: '003A',
    },
  },
  {
    name: 'table',
    usage: '$table(name, key)',
    signature: '<s(sn):x>',
    arity: 2,
    call: ([name, key], frame) => {
      if (typeof name !== 'string' || (typeof key !== 'string' && typeof key !== 'number')) return undefined
      return hostOf(frame).table?.(name, String(key))
    },
    doc: 'Row `key` of look-up table `name`, which must be written as a text: of a table of two columns the value, of a wider one its other columns as members. Nothing if there is none.',
    example: { expression: '$table("owners", "north")', table: { owners: { north: 'u1' } }, result: 'u1' },
  },
]

/** `$table` over these tables, where the surroundings of the run do not answer: those of a case may. */
export function tableFunction(tables: Tables): BuiltIn {
  const [own] = fieldFunctions.filter(one => one.name === 'table')
  if (own === undefined) throw new Error('$table is not defined')
  return {
    ...own,
    call([name, key], frame, context) {
      const answer = own.call([name, key], frame, context)
      if (answer !== undefined || typeof name !== 'string') return answer
      const table = tables.get(name)
      // What $eval makes of a text is not known before it runs.
      if (table === undefined) throw new MappingFailure('M1013', { token: 'table' })
      return typeof key === 'string' || typeof key === 'number' ? table.rows.get(String(key)) : undefined
    },
  }
}
