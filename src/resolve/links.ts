import { entityModel } from '#model/fields.ts'
import type { Entity } from '#model/entities.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import { linkedKey } from '#rules/identity/identity.ts'
import type { GoldenWrite } from './golden.ts'
import type { KeyRow } from './rows.ts'

/** A link of a golden record, by what it names; it is completed when that arrives. */
export interface LinkWrite {
  fromId: string
  field: string
  target: string
}

export function refTarget(system: string, object: string, remoteId: string): string {
  return `ref\n${system}\n${object}\n${remoteId}`
}

export function keyTarget(key: KeyRow): string {
  return `key\n${key.entity}\n${key.kind}\n${key.value}`
}

/** Links named by a golden record's fields; a reference without a system means the system that stated the field. */
export function linksOf(golden: GoldenWrite, defaultCountry: string): LinkWrite[] {
  const links: LinkWrite[] = []
  for (const field of entityModel(golden.entity).linkFields) {
    const value = golden.fields[field.name]
    if (!isJsonObject(value)) continue
    const target = targetOf(value, golden.provenance[field.name]?.system ?? '', field.linkTo ?? [], defaultCountry)
    if (target !== undefined) links.push({ fromId: golden.id, field: field.name, target })
  }
  return links
}

function targetOf(value: Json, system: string, linkTo: readonly Entity[], defaultCountry: string): string | undefined {
  if (!isJsonObject(value)) return undefined
  const ref = value['$ref']
  if (
    isJsonObject(ref) &&
    typeof ref['object'] === 'string' &&
    (typeof ref['id'] === 'string' || typeof ref['id'] === 'number')
  ) {
    return refTarget(typeof ref['system'] === 'string' ? ref['system'] : system, ref['object'], String(ref['id']))
  }
  const key = value['$key']
  if (!isJsonObject(key)) return undefined
  const [entry] = Object.entries(key)
  const [entity] = linkTo
  if (entry === undefined || entity === undefined || typeof entry[1] !== 'string') return undefined
  const strong = linkedKey(entry[0], entry[1], defaultCountry)
  return strong === undefined ? undefined : keyTarget({ entity, kind: strong.kind, value: strong.value })
}
