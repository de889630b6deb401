import { domainToASCII } from 'node:url'
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { CountryCode } from 'libphonenumber-js/max'
import { LRUCache } from 'lru-cache'
import { assertNever } from '#model/assert.ts'
import type { KeyKind } from '#model/fields.ts'

/**
 * The normal form of a strong key, in which equal means the same; undefined when the value cannot be one (malformed,
 * or a placeholder such as 000000). Blocked values are another matter: see blocked-keys.ts.
 */
export function normalKey(kind: KeyKind, value: string, defaultCountry: string): string | undefined {
  const trimmed = value.normalize('NFKC').trim()
  if (isPlaceholder(trimmed)) return undefined
  switch (kind) {
    case 'email':
      return normalEmail(trimmed)
    case 'mobile':
      return mobileOf(trimmed, defaultCountry)?.number
    case 'taxId':
      return normalTaxId(trimmed)
    case 'externalId':
      return normalExternalId(trimmed)
    case 'gtin':
      return normalGtin(trimmed)
    case 'sku':
      return trimmed.toUpperCase()
    case 'wechatUnionid':
    case 'wechatOpenid':
    case 'wecomExternalUserid':
      return trimmed
    default:
      return assertNever(kind)
  }
}

/** Nothing, or one sign over and over: 0, 000000, ----, xxxx. */
function isPlaceholder(value: string): boolean {
  return value === '' || value === '0' || /^(.)\1+$/u.test(value)
}

/** Mail addresses are taken as case-insensitive as a whole: no provider of note tells A@x from a@x. */
function normalEmail(value: string): string | undefined {
  const at = value.lastIndexOf('@')
  if (at < 1 || at === value.length - 1) return undefined
  const domain = value.slice(at + 1).toLowerCase()
  const ascii = /[^\u0000-\u007f]/u.test(domain) ? domainToASCII(domain) : domain
  return ascii === '' ? undefined : `${value.slice(0, at).toLowerCase()}@${ascii}`
}

/** How sure the numbering plan is that a number is one person's mobile. */
export type MobileCertainty = 'yes' | 'maybe' | 'no'

export interface MobileNumber {
  number: string
  certainty: MobileCertainty
}

const CHINESE_MOBILE = /^\+861[3-9]\d{9}$/u
const E164 = /^\+[1-9]\d{6,14}$/u
// Reading a number takes some 20 µs; the same few numbers come again and again.
const numbers = new LRUCache<string, { found: MobileNumber | undefined }>({ max: 20_000 })

/** A number in E.164 and whether it is a mobile; undefined when it is no phone number. */
export function mobileOf(value: string, defaultCountry: string): MobileNumber | undefined {
  if (CHINESE_MOBILE.test(value)) return { number: value, certainty: 'yes' }
  const key = `${defaultCountry} ${value}`
  const known = numbers.get(key)
  if (known !== undefined) return known.found
  const found = readNumber(value, defaultCountry)
  numbers.set(key, { found })
  return found
}

function readNumber(value: string, defaultCountry: string): MobileNumber | undefined {
  const country: CountryCode | undefined = isSupportedCountry(defaultCountry) ? defaultCountry : undefined
  const parsed = country ? parsePhoneNumberFromString(value, country) : parsePhoneNumberFromString(value)
  if (parsed === undefined) return E164.test(value) ? { number: value, certainty: 'maybe' } : undefined
  return { number: parsed.number, certainty: certaintyOf(parsed.getType()) }
}

function certaintyOf(type: string | undefined): MobileCertainty {
  switch (type) {
    case 'MOBILE':
      return 'yes'
    // North America has no numbers of its own for mobiles; numbers the plan does not know stay open.
    case 'FIXED_LINE_OR_MOBILE':
    case 'PERSONAL_NUMBER':
    case undefined:
      return 'maybe'
    default:
      return 'no'
  }
}

const CREDIT_CODE_SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const CREDIT_CODE = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/u

/** Upper case without separators. What looks like a 统一社会信用代码 must bear the right check sign. */
function normalTaxId(value: string): string | undefined {
  const bare = value.toUpperCase().replace(/[\s.\-/]/gu, '')
  if (bare.length < 5 || isPlaceholder(bare)) return undefined
  if (CREDIT_CODE.test(bare) && !hasCreditCodeCheck(bare)) return undefined
  return bare
}

/** GB 32100-2015: weights 3^i mod 31 over the first 17 signs; the last completes the sum to a multiple of 31. */
function hasCreditCodeCheck(code: string): boolean {
  let [sum, weight] = [0, 1]
  for (const sign of code.slice(0, 17)) {
    sum += CREDIT_CODE_SIGNS.indexOf(sign) * weight
    weight = (weight * 3) % 31
  }
  return CREDIT_CODE_SIGNS.charAt((31 - (sum % 31)) % 31) === code.charAt(17)
}

/** `scheme:id`; the scheme is ours and in lower case, the id is the vendor's and exact. */
function normalExternalId(value: string): string | undefined {
  const colon = value.indexOf(':')
  const [scheme, id] = [value.slice(0, colon).trim().toLowerCase(), value.slice(colon + 1).trim()]
  // One digit may be a real id (customer 7), zeros and dashes are not.
  return colon < 1 || /^[0\-._ ]*$/u.test(id) ? undefined : `${scheme}:${id}`
}

/** GTIN-8, -12, -13 and -14 are one numbering: padded to 14 digits, with the right check digit. */
function normalGtin(value: string): string | undefined {
  const digits = value.replace(/[\s-]/gu, '')
  if (!/^(?:\d{8}|\d{12,14})$/u.test(digits)) return undefined
  const padded = digits.padStart(14, '0')
  const sum = Array.from(padded.slice(0, 13)).reduce(
    (total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1),
    0,
  )
  return (10 - (sum % 10)) % 10 === Number(padded.charAt(13)) ? padded : undefined
}
