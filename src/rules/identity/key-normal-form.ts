import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { LRUCache } from 'lru-cache'
import { assertNever } from '#model/assert.ts'
import type { KeyKind } from '#model/fields.ts'
import { emailAddress } from '#model/values/email.ts'
import { phoneE164 } from '#model/values/phone.ts'
import { taxId } from '#model/values/tax-id.ts'
import { isMistypedVat } from '#model/values/vat-number.ts'

/**
 * The normal form of a strong key, in which equal means the same; undefined when the value cannot be one (malformed,
 * or a placeholder such as 000000). Blocked values are another matter: see blocked-keys.ts.
 */
export function normalKey(kind: KeyKind, value: string, defaultCountry: string): string | undefined {
  const trimmed = value.normalize('NFKC').trim()
  if (isPlaceholder(trimmed)) return undefined
  switch (kind) {
    case 'email':
      return emailAddress(trimmed)
    case 'mobile':
      return mobileOf(trimmed, defaultCountry)?.number
    case 'taxId':
      return taxKey(trimmed)
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

/** A mistyped number may be another company's: it stays what the system says, and joins nobody. */
function taxKey(value: string): string | undefined {
  const code = taxId(value)
  return code === undefined || isMistypedVat(code) ? undefined : code
}

/** Nothing, or one sign over and over: 0, 000000, ----, xxxx. */
function isPlaceholder(value: string): boolean {
  return value === '' || value === '0' || /^(.)\1{2,}$/u.test(value)
}

/** How sure the numbering plan is that a number is one person's mobile. */
export type MobileCertainty = 'yes' | 'maybe' | 'no'

export interface MobileNumber {
  number: string
  certainty: MobileCertainty
}

const CHINESE_MOBILE = /^\+861[3-9]\d{9}$/u
// Finding the type of a number takes some 20 µs; the same few numbers come again and again.
const certainties = new LRUCache<string, MobileCertainty>({
  max: 20_000,
  memoMethod: number => certaintyOf(parsePhoneNumberFromString(number)?.getType()),
})

/** A number in E.164 and whether it is a mobile; undefined when it is no phone number. */
export function mobileOf(value: string, defaultCountry: string): MobileNumber | undefined {
  if (CHINESE_MOBILE.test(value)) return { number: value, certainty: 'yes' }
  const number = phoneE164(value, defaultCountry)
  return number === undefined ? undefined : { number, certainty: certainties.memo(number) }
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
