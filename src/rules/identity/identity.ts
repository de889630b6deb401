import type { Entity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'
import type { FieldModel, KeyKind } from '#model/fields.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json } from '#model/json.ts'
import type { Blocked } from './blocked-keys.ts'
import type { IdentityPolicy } from './policy.ts'
import { mobileOf, normalKey } from './key-normal-form.ts'

/** Evidence that alone proves two source records to be the same customer. */
export interface StrongKey {
  kind: KeyKind
  /** In normal form. */
  value: string
  /** Two different values contradict "same customer". */
  exclusive: boolean
}

export interface IdentityOptions {
  /** For phone numbers without a country code, ISO 3166-1. */
  defaultCountry: string
  blocked: Blocked
  limits?: IdentityPolicy['limits']
}

const NO_LIMITS = { keysPerRecordMax: Infinity, keyCharsMax: Infinity }

/**
 * The strong keys of a record in canonical form, normalised, without blocked values and without repetitions, in an
 * order that depends on the keys alone (resolve locks them in this order). More keys than the policy allows are none:
 * such a record is a list, not a customer.
 */
export function strongKeys(
  entity: Entity,
  fields: Readonly<Record<string, Json>>,
  options: IdentityOptions,
): StrongKey[] {
  const { keysPerRecordMax, keyCharsMax } = options.limits ?? NO_LIMITS
  const found = new Map<string, StrongKey>()
  for (const field of entityModel(entity).keyFields) {
    const { name, key: kind, exclusive = false } = field
    const value = fields[name]
    if (kind === undefined || value === undefined || value === null) continue
    for (const candidate of candidates(field, value, options.defaultCountry)) {
      if (candidate.length > keyCharsMax) continue
      const normal = normalKey(kind, candidate, options.defaultCountry)
      if (normal === undefined || options.blocked(kind, normal)) continue
      found.set(`${kind} ${normal}`, { kind, value: normal, exclusive })
    }
  }
  if (found.size > keysPerRecordMax) return []
  return found.size < 2 ? [...found.values()] : [...found].sort(byName).map(([, key]) => key)
}

function byName([left]: readonly [string, StrongKey], [right]: readonly [string, StrongKey]): number {
  return left < right ? -1 : 1
}

/** The keys that a `$key` link names: normalised as `strongKeys` does; undefined when the value can be no key. */
export function linkedKey(
  kind: string,
  value: string,
  defaultCountry: string,
): Omit<StrongKey, 'exclusive'> | undefined {
  if (!isKeyKind(kind)) return undefined
  const normal = normalKey(kind, value, defaultCountry)
  return normal === undefined ? undefined : { kind, value: normal }
}

const KEY_KINDS: Readonly<Record<KeyKind, true>> = {
  email: true,
  mobile: true,
  taxId: true,
  wechatUnionid: true,
  wechatOpenid: true,
  wecomExternalUserid: true,
  externalId: true,
  sku: true,
  gtin: true,
}

export function isKeyKind(kind: string): kind is KeyKind {
  return Object.hasOwn(KEY_KINDS, kind)
}

/** The values of a key field as plain texts: the field itself, or the telling member of each element. */
function candidates(field: FieldModel, value: Json, defaultCountry: string): readonly string[] {
  if (typeof value === 'string') return isKeyField(field, value, defaultCountry) ? [value] : []
  if (!Array.isArray(value)) return []
  return value.flatMap(item => {
    if (!isJsonObject(item)) return []
    const { email, phone, scheme, id } = item
    if (typeof email === 'string') return [email]
    if (typeof phone === 'string') return isKeyPhone(item.type, phone, defaultCountry) ? [phone] : []
    return typeof scheme === 'string' && typeof id === 'string' ? [`${scheme}:${id}`] : []
  })
}

/**
 * A number in the field for mobiles is taken for one unless the numbering plan knows better; a number elsewhere only
 * when the plan says so: a switchboard would make one person of a whole company.
 */
function isKeyField({ name, key }: FieldModel, value: string, defaultCountry: string): boolean {
  return key !== 'mobile' || isKeyPhone(name, value, defaultCountry)
}

function isKeyPhone(label: Json | undefined, value: string, defaultCountry: string): boolean {
  const certainty = mobileOf(value, defaultCountry)?.certainty
  return certainty === 'yes' || (label === 'mobile' && certainty === 'maybe')
}
