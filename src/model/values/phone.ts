import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js'
import { LRUCache } from 'lru-cache'
import { plainText } from './text.ts'

/** Parsing takes some 20 microseconds, and the same numbers come again and again. */
const cache = new LRUCache<string, { readonly e164: string | undefined }>({ max: 20_000 })

/**
 * A phone number in E.164, or undefined if it is none.
 * @param region ISO 3166 code of the country a number without country code belongs to. Without it such a number is
 *   refused: a wrong guess would join two customers.
 * An extension is left out. A number of the right length counts, also from a block that is not given out yet.
 */
export function phoneE164(value: unknown, region?: string): string | undefined {
  const text = plainText(value, 60)
  if (text === undefined) return undefined
  const key = `${region ?? ''}|${text}`
  let entry = cache.get(key)
  if (entry === undefined) {
    entry = { e164: parse(text, region?.toUpperCase()) }
    cache.set(key, entry)
  }
  return entry.e164
}

function parse(text: string, region: string | undefined): string | undefined {
  const dialled = text.replace(/^tel:/i, '').replace(/^\(?00(?=[1-9])/, '+')
  const country = region !== undefined && isSupportedCountry(region) ? region : undefined
  const number = parsePhoneNumberFromString(dialled, country)
  if (number === undefined || !number.isPossible()) return undefined
  return /^\+[1-9]\d{6,14}$/.test(number.number) ? number.number : undefined
}
