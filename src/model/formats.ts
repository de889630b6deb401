/**
 * The formats of the canonical model beyond what JSON Schema has: each a pure test of one string.
 * They run on the hot path, so they are regular expressions over short strings or look-ups.
 */

const E164 = /^\+[1-9]\d{6,14}$/
const DECIMAL = /^-?(?:0|[1-9]\d{0,29})(?:\.\d{1,18})?$/
const UTC_TIME = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?Z$/
const DATE = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const EMAIL =
  /^[^\s@<>(),;:\\"[\]\u0000-\u001f]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u
const URL_START = /^https?:\/\/[^\s/?#]+[^\s]*$/iu
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'))
// CLDR also names groupings and test codes as regions; they are no countries.
const NOT_COUNTRIES = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ'])
const COUNTRIES = countries()

export const FORMATS: Readonly<Record<string, (value: string) => boolean>> = {
  e164: value => E164.test(value),
  decimal: value => DECIMAL.test(value),
  date: isDate,
  'utc-time': isUtcTime,
  email: value => EMAIL.test(value),
  url: value => URL_START.test(value),
  language: value => LANGUAGE.test(value),
  currency: value => CURRENCIES.has(value),
  country: value => COUNTRIES.has(value),
}

/** What a format expects, in words, for messages. */
export const FORMAT_HINTS: Readonly<Record<string, string>> = {
  e164: 'a phone number in E.164 such as +8613912345678 ($phone makes one)',
  decimal: 'a decimal string such as "1234.50" ($money makes one)',
  date: 'a date as YYYY-MM-DD',
  'utc-time': 'a time as RFC 3339 in UTC such as 2026-11-21T10:00:00Z ($date makes one)',
  email: 'an e-mail address ($email makes one)',
  url: 'an absolute http or https address',
  language: 'a language tag such as en or zh-CN',
  currency: 'an ISO 4217 code such as EUR',
  country: 'an ISO 3166-1 code such as CN',
}

function isDate(value: string): boolean {
  const match = DATE.exec(value)
  return match !== null && Number(match[3]) <= daysIn(Number(match[1]), Number(match[2]))
}

function isUtcTime(value: string): boolean {
  const match = UTC_TIME.exec(value)
  return match?.[1] !== undefined && isDate(match[1])
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function countries(): ReadonlySet<string> {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
  const codes = letters.flatMap(first => letters.map(second => first + second))
  return new Set(codes.filter(code => !NOT_COUNTRIES.has(code) && names.of(code) !== undefined))
}
