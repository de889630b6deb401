import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { LRUCache } from 'lru-cache'

/** Finding out whether a numbering plan knows a number takes some 20 µs; the same numbers come again and again. */
const known = new LRUCache<string, { number: string | undefined }>({
  max: 20_000,
  memoMethod: text => ({ number: planned(text) ?? plainDigits(text) }),
})

/**
 * A number as it is compared: in E.164 (`+...`) where it says its country and that one's numbering plan knows it. Else the digits that tell
 * it from others: without extension, country code and trunk zero as far as they show.
 */
export function phoneNumber(value: string): string | undefined {
  const text = value.normalize('NFKC').replace(/(?:ext\.?|x|分机|转|#)\s*\d{1,6}\s*$/iu, '')
  return known.memo(text).number
}

function planned(text: string): string | undefined {
  const dialled = text.trim().replace(/^\(?00(?=[1-9])/u, '+')
  const number = dialled.startsWith('+') ? parsePhoneNumberFromString(dialled) : undefined
  return number?.isValid() === true ? number.number : undefined
}

function plainDigits(text: string): string | undefined {
  const digits = text.replace(/\D/gu, '').replace(/^0+/u, '')
  if (digits.length < 6 || digits.length > 15 || /^(.)\1*$/u.test(digits)) return undefined
  return digits
}

/** The end of a number, by which it is found whatever stands before it: country, area, exchange. */
export function phoneTail(number: string): string {
  return number.replace('+', '').slice(-7)
}

/** As far as both can be compared: whole numbers where both say their country, else their ends. */
export function phoneParts(left: string, right: string): [string, string] {
  const areWhole = left.startsWith('+') && right.startsWith('+')
  return areWhole ? [left, right] : [phoneTail(left), phoneTail(right)]
}
