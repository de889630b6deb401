import type { components } from '#model/canonical.gen.ts'
import type { Entity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'

type Consent = components['schemas']['Consent']

const CHANNELS: Readonly<Record<Consent['channel'], true>> = {
  any: true,
  email: true,
  sms: true,
  phone: true,
  post: true,
  wechat: true,
  wecom: true,
  push: true,
  whatsapp: true,
  web: true,
}
const PURPOSES: Readonly<Record<Consent['purpose'], true>> = {
  marketing: true,
  newsletter: true,
  service: true,
  survey: true,
  profiling: true,
  sharing: true,
  transfer: true,
  processing: true,
}

/**
 * The last write to a system whose route a golden record leaves: of what was sent, only the members that hang on consent
 * change. Which these are the mapping tells: they differ when everything is granted, when everything is denied, or when
 * nothing is known. Undefined when there is nothing to write. `isOpen`: a write of unknown fate may have told otherwise than
 * what was sent. `carries`: the golden fields that these members tell. Pure.
 */
export function lastWrite(
  entity: Entity,
  fields: JsonObject,
  sent: JsonObject,
  documentFrom: (fields: JsonObject) => JsonObject | undefined,
  isOpen = false,
): { document: JsonObject; changed: JsonObject; carries: string[] } | undefined {
  const names = [...entityModel(entity).fields.values()].flatMap(field =>
    field.survivorship === 'consent' ? [field.name] : [],
  )
  const now = names.length === 0 ? undefined : documentFrom(fields)
  if (now === undefined) return undefined
  const others: JsonObject[] = [everything('granted'), everything('denied'), undefined].flatMap(consents => {
    const document = documentFrom(withConsents(fields, names, consents))
    return document === undefined ? [] : [document]
  })
  const document = { ...sent }
  const changed: JsonObject = {}
  for (const member of new Set([now, ...others].flatMap(document => Object.keys(document)))) {
    const isThere = !isOpen && jsonEqual(now[member], sent[member])
    if (isThere || others.every(other => jsonEqual(other[member], now[member]))) continue
    const value = now[member]
    if (value === undefined) delete document[member]
    else document[member] = value
    changed[member] = value ?? null
  }
  return Object.keys(changed).length === 0 ? undefined : { document, changed, carries: names }
}

function everything(status: Consent['status']): Json[] {
  return Object.keys(CHANNELS).flatMap(channel =>
    Object.keys(PURPOSES).map(purpose => ({ channel, purpose, status, origin: 'explicit' })),
  )
}

function withConsents(fields: JsonObject, names: readonly string[], consents: Json[] | undefined): JsonObject {
  const result = { ...fields }
  for (const name of names) {
    if (consents === undefined) delete result[name]
    else result[name] = consents
  }
  return result
}
