import { entityModel } from '#model/fields.ts'
import type { JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'
import type { DueDelivery } from '../claim/claim.ts'

/**
 * Golden fields that these members of the document tell: an update that bears only them says nothing of the others. Links
 * count always, since mappings read them by other ways too. Undefined: all. `documentFrom`: the outbound mapping over given fields.
 */
export function carriedFields(
  { golden: { fields }, remote, entity }: Pick<DueDelivery, 'golden' | 'remote' | 'entity'>,
  changed: JsonObject,
  documentFrom: (fields: JsonObject) => JsonObject | undefined,
): string[] | undefined {
  const sent = remote?.shadow.sent
  if (sent === undefined) return undefined
  const links = new Set(entityModel(entity).linkFields.map(({ name }) => name))
  const tells = (some: JsonObject): boolean => {
    const made = documentFrom(some)
    return made !== undefined && Object.entries(changed).every(([name, value]) => jsonEqual(made[name], value))
  }
  const isNew = (name: string): boolean => links.has(name) || !jsonEqual(fields[name], sent[name])
  // Mostly what is new tells it all; a member may be made of several fields.
  const news = Object.fromEntries(Object.entries(fields).filter(([name]) => isNew(name)))
  if (tells(news)) return Object.keys(news)
  return Object.keys(fields).filter(name => {
    const { [name]: _, ...others } = fields
    return links.has(name) || !tells(others)
  })
}
