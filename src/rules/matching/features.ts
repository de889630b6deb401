import type { Entity } from '#model/entities.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { addressParts, type AddressParts } from './normal/address.ts'
import { birthDigits } from './normal/birth-date.ts'
import { companyWords, registeredName } from './normal/company.ts'
import { fold, words } from './normal/fold.ts'
import { mailKey, ownDomain } from './normal/mail.ts'
import { type NameParts, nameParts } from './normal/person.ts'
import { phoneNumber } from './normal/phone-number.ts'

/** What a source record says about who its customer is, in normal form: all that matching looks at, and what is stored for it. */
export interface Features {
  names?: NameParts[]
  /** Words of an organisation's names. */
  companies?: string[][]
  /** Names that a register gives to one organisation only. */
  registered?: string[]
  births?: string[]
  mails?: string[]
  phones?: string[]
  domains?: string[]
  addresses?: AddressParts[]
  /** Ids by their scheme. */
  ids?: Record<string, string[]>
  gender?: string
  /** Other texts that tell people apart, by name: where born, what they do, for whom. */
  traits?: Record<string, string[]>
}

const TRAITS = ['birthPlace', 'occupation', 'employer', 'nationality', 'program'] as const

/** The features of a record in canonical form. Values that the model cannot hold are looked for in `extra`, under the field's name. */
export function featuresOf(entity: Entity, fields: Readonly<Record<string, Json>>): Features {
  const extra = isJsonObject(fields['extra']) ? fields['extra'] : {}
  const texts = (name: string): string[] => [fields[name], extra[name]].flatMap(textsOf)
  const features: Features = {}
  const put = <K extends keyof Features>(name: K, value: Features[K] | undefined): void => {
    if (value !== undefined && (!Array.isArray(value) || value.length > 0)) features[name] = value
  }
  if (entity === 'person') {
    const name = nameParts(texts('givenName')[0], texts('familyName')[0], texts('fullName')[0], texts('nameSuffix')[0])
    put('names', name === undefined ? [] : [name])
    put('births', distinct(texts('birthDate').flatMap(text => birthDigits(text) ?? [])))
    put('gender', texts('gender')[0]?.toLowerCase().slice(0, 1))
  } else {
    const given = [...texts('name'), ...texts('legalName')]
    const names = given.map(companyWords).filter(list => list.length > 0)
    put('registered', distinct(given.flatMap(name => registeredName(name) ?? [])))
    put(
      'companies',
      names.filter((list, at) => names.findIndex(other => other.join(' ') === list.join(' ')) === at),
    )
    put('domains', distinct([...texts('website'), ...texts('domain')].flatMap(text => ownDomain(text) ?? [])))
  }
  put(
    'mails',
    distinct([...texts('email'), ...members(fields['emails'], 'email')].flatMap(text => mailOf(entity, text) ?? [])),
  )
  const phones = [...texts('phone'), ...texts('mobile'), ...members(fields['phones'], 'phone')]
  put('phones', distinct(phones.flatMap(text => phoneNumber(text) ?? [])))
  put('addresses', addressesOf(fields, extra))
  put('ids', idsOf(fields, texts('taxId')))
  put('traits', traitsOf(fields, extra))
  return features
}

/** A mailbox of a function is not one person's. */
function mailOf(entity: Entity, text: string): string | undefined {
  const mail = mailKey(text)
  return mail === undefined || (entity === 'person' && mail.isRole) ? undefined : mail.address
}

function textsOf(value: Json | undefined): string[] {
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'string') return []
  const text = value.trim()
  return text === '' ? [] : [text]
}

function members(value: Json | undefined, name: string): string[] {
  return Array.isArray(value) ? value.flatMap(item => (isJsonObject(item) ? textsOf(item[name]) : [])) : []
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}

const ADDRESSES = ['address', 'billingAddress', 'shippingAddress'] as const

function addressesOf(fields: Readonly<Record<string, Json>>, extra: JsonObject): AddressParts[] {
  const listed = Array.isArray(fields['addresses']) ? fields['addresses'] : []
  const all = [
    ...ADDRESSES.map(name => fields[name]),
    ...listed.map(item => (isJsonObject(item) ? item['address'] : null)),
  ]
  const parts = [...all, extra['address'] ?? null].flatMap(value => {
    if (typeof value === 'string') return addressParts({ street: value }) ?? []
    if (!isJsonObject(value)) return []
    const text = (name: string): string | undefined => textsOf(value[name])[0]
    return (
      addressParts({
        street: text('streetAddress')?.replaceAll('\n', ', '),
        extended: text('extendedAddress'),
        city: text('addressLocality') ?? text('district'),
        region: text('addressRegion'),
        postcode: text('postalCode'),
      }) ?? []
    )
  })
  return parts.slice(0, 5)
}

function idsOf(fields: Readonly<Record<string, Json>>, taxIds: readonly string[]): Features['ids'] {
  const found: Record<string, string[]> = {}
  const add = (scheme: string, id: string): void => {
    const plain = id
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s.\-/]/gu, '')
    if (plain.length > 2 && !/^(.)\1*$/u.test(plain)) found[scheme] = distinct([...(found[scheme] ?? []), plain])
  }
  for (const id of taxIds) add('tax', id)
  const list = Array.isArray(fields['externalIds']) ? fields['externalIds'] : []
  for (const item of list) {
    if (isJsonObject(item) && typeof item['scheme'] === 'string' && typeof item['id'] === 'string')
      add(item['scheme'].toLowerCase(), item['id'])
  }
  return Object.keys(found).length === 0 ? undefined : found
}

function traitsOf(fields: Readonly<Record<string, Json>>, extra: JsonObject): Features['traits'] {
  const found: Record<string, string[]> = {}
  for (const name of TRAITS) {
    const list = words(textsOf(extra[name])[0] ?? '')
    if (list.length > 0) found[name] = list
  }
  const job = fold(textsOf(fields['jobTitle'])[0] ?? '')
  if (job !== '' && found['occupation'] === undefined) found['occupation'] = job.split(' ')
  return Object.keys(found).length === 0 ? undefined : found
}
