import type { JsonObject } from '#model/json.ts'
import type { SetRecord } from './records.ts'

const SYLLABLES =
  'ba be bo da de do fa fe ga go ha he ja jo ka ke la le lo ma me mo na ne no pa pe ra re ro sa se ta te va ve'.split(
    ' ',
  )
const GIVEN_NAMES = 2_000
const FAMILY_NAMES = 50_000
const STREETS = 20_000
const CITIES = 2_000

/**
 * Customer `n` of a made-up population: names as uneven as real ones (a few are borne by many), one mail and one telephone each.
 * The same number gives the same customer.
 */
export function personNumbered(n: number): SetRecord {
  const part = (salt: number): number => hashed(n, salt)
  const given = word(uneven(part(1), GIVEN_NAMES), 2)
  const family = word(uneven(part(2), FAMILY_NAMES) + 7, 3)
  const city = uneven(part(3), CITIES)
  const day = new Date(Date.UTC(1940, 0, 1) + Math.trunc(part(4) * 25_000) * 86_400_000)
  return {
    id: `${n}`,
    entity: 'person',
    fields: {
      givenName: given,
      familyName: family,
      birthDate: day.toISOString().slice(0, 10),
      email: `${given}.${family}${n}@mail${n % 500}.example`,
      phone: `+1415${String(2_000_000 + (n % 7_999_999))}`,
      address: {
        streetAddress: `${1 + Math.trunc(part(5) * 200)} ${word(Math.trunc(part(6) * STREETS) + 11, 3)} Street`,
        addressLocality: word(city + 3, 4),
        postalCode: String(10_000 + city * 7 + Math.trunc(part(7) * 5)),
      },
    },
  }
}

/** Another record of customer `n`, as another system has it: without the mail, with a slip in the name. */
export function againAs(id: string, n: number): SetRecord {
  const { fields } = personNumbered(n)
  const { email: _, ...rest } = fields
  const family = typeof rest['familyName'] === 'string' ? rest['familyName'] : ''
  const slipped: JsonObject = { ...rest, familyName: `${family.slice(0, 3)}${family.slice(4)}` }
  return { id, entity: 'person', fields: slipped }
}

function word(number: number, syllables: number): string {
  let [rest, text] = [number, '']
  for (let at = 0; at < syllables; at += 1) {
    text += SYLLABLES[rest % SYLLABLES.length] ?? ''
    rest = Math.trunc(rest / SYLLABLES.length) + at * 5
  }
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A number below `many`, small ones far more often. */
function uneven(share: number, many: number): number {
  return Math.trunc(share ** 3 * many)
}

/** 0 to 1, the same for the same numbers (after Weyl: multiples of an irrational number lie evenly). */
function hashed(n: number, salt: number): number {
  const value = Math.sin(n * 12.9898 + salt * 78.233) * 43_758.5453
  return value - Math.floor(value)
}
