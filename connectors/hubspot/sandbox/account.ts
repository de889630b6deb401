import type { JsonObject } from '#model/json.ts'
import type { ObjectName } from '../objects.ts'
import { createAssociations, type Place } from './associations.ts'
import { createRecords, type SandboxRecord, type Written } from './records.ts'
import { createWebhooks, type Author } from './webhooks.ts'

export type SandboxAccount = ReturnType<typeof createAccount>

/** One HubSpot account: whatever changes in it is told by webhooks, whoever changed it. */
export function createAccount(clientSecret: string) {
  const records = createRecords()
  const associations = createAssociations()
  const webhooks = createWebhooks(clientSecret)

  const tell = (place: Place, happened: string, author: Author, facts: JsonObject = {}): void =>
    webhooks.tell(`${place.object}.${happened}`, records.now(), author, { objectId: Number(place.id), ...facts })

  const write = (
    object: ObjectName,
    known: SandboxRecord | undefined,
    properties: Record<string, string>,
    author: Author,
  ): Written => {
    const written = records.write(object, known, properties)
    if ('refused' in written) return written
    const place = { object, id: written.record.id }
    if (written.isNew) tell(place, 'creation', author)
    for (const propertyName of written.changed) {
      const propertyValue = written.record.properties[propertyName] ?? ''
      tell(place, 'propertyChange', author, { propertyName, propertyValue })
    }
    return written
  }

  const associate = (from: Place, to: Place, typeId: number, author: Author): boolean => {
    if (!associations.add(from, to, typeId)) return false
    afterAssociation(from, to, author, false)
    return true
  }

  const dissociate = (from: Place, to: Place, author: Author): void => {
    associations.remove(from, to)
    afterAssociation(from, to, author, true)
  }

  /** HubSpot tells it of both sides, and shows a contact's primary company as a property. */
  const afterAssociation = (from: Place, to: Place, author: Author, associationRemoved: boolean): void => {
    for (const [one, other] of [[from, to] as const, [to, from] as const]) {
      const associationType = `${one.object}_TO_${other.object}`.toUpperCase()
      const ids = { fromObjectId: Number(one.id), toObjectId: Number(other.id) }
      webhooks.tell(`${one.object}.associationChange`, records.now(), author, {
        associationType,
        ...ids,
        associationRemoved,
      })
      const record = records.get(one.object, one.id)
      if (record === undefined) continue
      records.touch(one.object, record)
      if (one.object === 'contact' && other.object === 'company') {
        const primary = associations.others(one, 'company').find(company => company.primary)?.id ?? ''
        write('contact', record, { associatedcompanyid: primary }, author)
      }
    }
  }

  const archive = (object: ObjectName, id: string, author: Author, happened = 'deletion'): boolean => {
    const record = records.get(object, id)
    if (record === undefined) return false
    record.archived = true
    tell({ object, id: record.id }, happened, author)
    return true
  }

  /** The first id survives; the other keeps answering with the survivor. */
  const merge = (object: ObjectName, primaryId: string, mergedId: string, author: Author): void => {
    const survivor = records.get(object, primaryId)
    const loser = records.get(object, mergedId)
    if (survivor === undefined || loser === undefined) throw new Error(`no ${object} ${primaryId} or ${mergedId}`)
    loser.mergedInto = survivor.id
    loser.archived = true
    for (const [name, value] of Object.entries(loser.properties)) survivor.properties[name] ||= value
    const merged = [survivor.properties['hs_merged_object_ids'], loser.id].filter(Boolean)
    survivor.properties['hs_merged_object_ids'] = merged.join(';')
    associations.move({ object, id: loser.id }, { object, id: survivor.id })
    records.touch(object, survivor)
    const ids = { primaryObjectId: Number(survivor.id), mergedObjectIds: [Number(loser.id)] }
    tell({ object, id: survivor.id }, 'merge', author, {
      ...ids,
      newObjectId: Number(survivor.id),
      numberOfPropertiesMoved: 1,
    })
  }

  return { records, associations, webhooks, write, associate, dissociate, archive, merge }
}
