import { isJsonObject, type Json } from '#model/json.ts'
import type { SimRandom } from '../contract.ts'
import type { Features } from './features.ts'

export type Entity = 'person' | 'account'
export type Kind = 'name' | 'word' | 'email' | 'phone' | 'date' | 'tags' | 'consent' | 'link'

/** One canonical field that the world plays with; vendors know it by a member name of their own. */
export interface Field {
  name: string
  kind: Kind
  /** Most edits go to few fields, so that they meet. */
  weight: number
}

const PERSON: readonly Field[] = [
  { name: 'givenName', kind: 'name', weight: 4 },
  { name: 'familyName', kind: 'name', weight: 2 },
  { name: 'email', kind: 'email', weight: 1 },
  { name: 'mobile', kind: 'phone', weight: 1 },
  { name: 'jobTitle', kind: 'name', weight: 4 },
  { name: 'department', kind: 'name', weight: 2 },
  { name: 'language', kind: 'word', weight: 2 },
  { name: 'birthDate', kind: 'date', weight: 1 },
  { name: 'tags', kind: 'tags', weight: 3 },
  { name: 'consents', kind: 'consent', weight: 2 },
  { name: 'account', kind: 'link', weight: 1 },
]

const ACCOUNT: readonly Field[] = [
  { name: 'name', kind: 'name', weight: 3 },
  { name: 'email', kind: 'email', weight: 0 },
  { name: 'phone', kind: 'phone', weight: 1 },
  { name: 'industry', kind: 'name', weight: 3 },
  { name: 'foundingDate', kind: 'date', weight: 1 },
]

export const LANGUAGES = ['zh', 'en', 'de'] as const
const TAGS = ['red', 'green', 'blue', 'gold'] as const

export function fieldsOf(entity: Entity, features: Features): readonly Field[] {
  return (entity === 'person' ? PERSON : ACCOUNT).filter(({ kind }) => {
    if (kind === 'tags') return features.tags
    if (kind === 'consent') return features.consents
    return kind !== 'link' || features.links
  })
}

export const objectOf = (entity: Entity): string => (entity === 'person' ? 'contact' : 'company')
export const entityOf = (object: string): Entity => (object === 'contact' ? 'person' : 'account')

/** A value that nobody gave before, so that the judge can tell whose it is; words, tags and consents have few values and repeat. */
export function newValue(field: Field, serial: number, before: Json | undefined, random: SimRandom): Json {
  switch (field.kind) {
    case 'name':
      return `${random.pick(['Anna', 'Bo', 'Céline', '小明', 'Dörte'])} ${serial}`
    case 'word':
      return random.pick(LANGUAGES)
    case 'email':
      return `mail${serial}@example.com`
    case 'phone':
      return `+86139${String(20_000_000 + ((serial * 7_919) % 70_000_000))}`
    case 'date':
      return new Date(Date.UTC(1950, 0, 1) + serial * 86_400_000).toISOString().slice(0, 10)
    case 'tags':
      return toggled(Array.isArray(before) ? before : [], random.pick(TAGS))
    case 'consent':
      return random.pick(['granted', 'denied'])
    case 'link':
      return before ?? null
    default:
      return field.kind satisfies never
  }
}

function toggled(tags: readonly Json[], tag: string): Json {
  return tags.includes(tag) ? tags.filter(one => one !== tag) : TAGS.filter(one => one === tag || tags.includes(one))
}

/** Whether two canonical values of a field are one (src/rules/comparators.ts said again in short). */
export function sameCanonical(
  field: Field,
  left: Json | undefined,
  right: Json | undefined,
  ignoreCase = false,
): boolean {
  const [a, b] = [fold(field, left, ignoreCase), fold(field, right, ignoreCase)]
  return a === b
}

function fold(field: Field, value: Json | undefined, ignoreCase: boolean): string {
  if (value === undefined || value === null) return 'null'
  if (field.kind === 'tags' && Array.isArray(value)) return JSON.stringify([...value].map(String).sort())
  if (field.kind === 'consent') return consentStatus(value)
  if (field.kind === 'link') return linkText(value)
  const text = typeof value === 'string' ? value.replace(/\s+/gu, ' ').trim() : JSON.stringify(value)
  return ignoreCase || field.kind === 'email' ? text.toLowerCase() : text
}

function linkText(value: Json): string {
  const ref = isJsonObject(value) ? value['$ref'] : undefined
  return isJsonObject(ref) ? JSON.stringify([ref['system'], ref['object'], ref['id']]) : ''
}

/** The status of the one consent that the world plays with. */
export function consentStatus(value: Json | undefined): string {
  const list = Array.isArray(value) ? value : []
  const found = list.find(one => isJsonObject(one) && one['channel'] === 'email' && one['purpose'] === 'marketing')
  const status = isJsonObject(found) ? found['status'] : undefined
  return typeof status === 'string' ? status : 'null'
}
