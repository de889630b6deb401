import type { Features } from './features.ts'
import { phoneTail } from './normal/phone-number.ts'

/** Values whose frequency is counted, by what they are. */
export type Counted =
  | 'family'
  | 'given'
  | 'mail'
  | 'phone'
  | 'postcode'
  | 'city'
  | 'street'
  | 'domain'
  | 'word'
  | 'birth'
  | 'trait'
  | 'house'

/** The share of records that hold a value, as far as is known. */
export type Frequency = (counted: Counted, value: string, usual: number) => number

/** As many records as this are taken for granted to be of the usual frequency, so that few records do not mislead. */
const PRIOR_RECORDS = 500

export function frequencyFrom(count: (counted: Counted, value: string) => number, records: number): Frequency {
  return (counted, value, usual) => (count(counted, value) + PRIOR_RECORDS * usual) / (records + PRIOR_RECORDS)
}

/** The values of a record that count, each once. */
export function countedValues(features: Features): [Counted, string][] {
  const found = new Map<string, [Counted, string]>()
  const add = (counted: Counted, value: string | undefined): void => {
    if (value !== undefined && value !== '') found.set(`${counted} ${value}`, [counted, value])
  }
  for (const { given, family } of features.names ?? []) {
    for (const word of given) add('given', word)
    for (const word of family) add('family', word)
  }
  for (const mail of features.mails ?? []) add('mail', mail)
  for (const phone of features.phones ?? []) add('phone', phoneTail(phone))
  for (const domain of features.domains ?? []) add('domain', domain)
  for (const birth of features.births ?? []) add('birth', birth)
  for (const { postcode, city, street, house } of features.addresses ?? []) {
    add('postcode', postcode)
    add('city', city)
    add('house', house)
    for (const word of street) add('street', word)
  }
  for (const company of features.companies ?? []) for (const word of company) add('word', word)
  for (const [name, list] of Object.entries(features.traits ?? {})) add('trait', `${name} ${list.join(' ')}`)
  return [...found.values()]
}
