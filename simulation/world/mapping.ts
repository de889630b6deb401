import type { Json, JsonObject } from '#model/json.ts'
import type { Dialect } from './vendors/dialect.ts'
import { consentStatus, type Entity, type Field, objectOf } from './field.ts'

/**
 * The mappings of a vendor as JSONata for the hub, and the same said in TypeScript for the judge. What a vendor holds is a
 * *vendor value* (its own rendering); what the hub holds is a *canonical value*.
 */
export function mappingsOf(dialect: Dialect): Record<string, string> {
  return Object.fromEntries(
    (['person', 'account'] as const).flatMap(entity => [
      [`${dialect.system}/${objectOf(entity)}.in`, inbound(dialect, entity)],
      [`${dialect.system}/${objectOf(entity)}.out`, outbound(dialect, entity)],
    ]),
  )
}

function inbound(dialect: Dialect, entity: Entity): string {
  const members = dialect.sends[entity].map(field => `    "${field.name}": ${inboundMember(dialect, field)}`)
  // Vendors that are written by our own id tell it again.
  if (dialect.upserts) members.push('    "@externalId": ext')
  return `{\n  "${entity}": {\n${members.join(',\n')}\n  }\n}\n`
}

function inboundMember(dialect: Dialect, field: Field): string {
  const member = dialect.member(field.name)
  switch (field.kind) {
    case 'name':
    case 'word':
      return member
    case 'email':
      return `${member} = null ? null : $email(${member})`
    case 'phone':
      return `${member} = null ? null : $phone(${member})`
    case 'date': {
      if (!dialect.dayFirst) return member
      const part = (start: number, length: number) => `$substring(${member}, ${start}, ${length})`
      return `$exists(${member}) ? (${member} = null ? null : ${part(6, 4)} & "-" & ${part(3, 2)} & "-" & ${part(0, 2)})`
    }
    case 'tags':
      return `$exists(${member}) ? (${member} = null ? [] : [${member}])`
    case 'consent':
      return `${member} ? [{"channel": "email", "purpose": "marketing", "status": ${member}, "origin": "explicit"}]`
    case 'link':
      return `${member} ? {"$ref": {"object": "company", "id": ${member}}}`
    default:
      return field.kind satisfies never
  }
}

function outbound(dialect: Dialect, entity: Entity): string {
  const members = dialect.takes[entity].map(field => `  "${dialect.member(field.name)}": ${outboundMember(field)}`)
  return `{\n${members.join(',\n')}\n}\n`
}

function outboundMember(field: Field): string {
  if (field.kind === 'consent') return 'consents[channel = "email" and purpose = "marketing"][0].status'
  if (field.kind === 'link') return '$links.account.remoteId'
  if (field.kind === 'tags') return '$exists(tags) ? [tags]'
  return field.name
}

/** What the outbound mapping makes of golden fields; links are judged apart. Absent says nothing. */
export function documentOf(dialect: Dialect, entity: Entity, golden: JsonObject): JsonObject {
  const document: JsonObject = {}
  for (const field of dialect.takes[entity]) {
    const value = golden[field.name]
    if (value === undefined || field.kind === 'link') continue
    if (field.kind !== 'consent') document[dialect.member(field.name)] = value
    else if (consentStatus(value) !== 'null') document[dialect.member(field.name)] = consentStatus(value)
  }
  return document
}

/** How the vendor stores what anybody writes into a field. */
export function rendered(dialect: Dialect, field: Field, value: Json): Json {
  if (typeof value !== 'string') return value
  switch (field.kind) {
    case 'name': {
      const text = dialect.trims ? value.trim() : value
      return dialect.upperCase ? text.toUpperCase() : text
    }
    case 'phone':
      return dialect.phoneSpaces ? value.replace(/^(\+\d{2}) ?(\d{3}) ?(\d{4}) ?(\d{4})$/u, '$1 $2 $3 $4') : value
    case 'date': {
      const iso = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(value)
      return dialect.dayFirst && iso !== null ? `${iso[3]}.${iso[2]}.${iso[1]}` : value
    }
    default:
      return value
  }
}

/** What the inbound mapping makes of a vendor value; undefined: it says nothing. */
export function canonical(dialect: Dialect, field: Field, value: Json | undefined): Json | undefined {
  if (value === undefined) return undefined
  if (field.kind === 'tags') return Array.isArray(value) ? value : []
  if (field.kind === 'consent')
    return typeof value === 'string' ? [{ channel: 'email', purpose: 'marketing', status: value }] : undefined
  if (field.kind === 'link')
    return typeof value === 'string' ? { $ref: { object: 'company', id: value, system: dialect.system } } : undefined
  if (typeof value !== 'string') return value
  if (field.kind === 'phone') return value.replaceAll(' ', '')
  if (field.kind === 'email') return value.trim().toLowerCase()
  const day = /^(\d{2})\.(\d{2})\.(\d{4})$/u.exec(value)
  return field.kind === 'date' && day !== null ? `${day[3]}-${day[2]}-${day[1]}` : value
}

/** Why the vendor refuses these values (by its own members), from the hub and from its people alike. */
export function refusalOf(dialect: Dialect, values: JsonObject): string | undefined {
  const title = values[dialect.member('jobTitle')]
  if (!dialect.refusesChinese || typeof title !== 'string' || !/\p{Script=Han}/u.test(title)) return undefined
  return `${dialect.member('jobTitle')}: letters only`
}
