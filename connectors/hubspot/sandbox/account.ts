import { NOBODY_WATCHES, type SandboxAuthor, type SandboxChange, type SandboxOptions } from '#connector/sandbox.ts'
import type { JsonObject } from '#model/json.ts'
import { OBJECTS, type ObjectName } from '../objects.ts'
import { createAssociations, type Place } from './associations.ts'
import { createRecords, type SandboxRecord, type Written } from './records.ts'
import { createWebhooks } from './webhooks.ts'

export type SandboxAccount = ReturnType<typeof createAccount>

/** One HubSpot account: whatever changes in it is told by webhooks, whoever changed it. */
export function createAccount(
  clientSecret: string,
  { nowMs = Date.now, watcher = NOBODY_WATCHES }: SandboxOptions = {},
) {
  const records = createRecords(nowMs)
  const associations = createAssociations()
  const webhooks = createWebhooks(clientSecret)

  const tell = (place: Place, happened: string, author: SandboxAuthor, facts: JsonObject = {}): void =>
    webhooks.tell(`${place.object}.${happened}`, records.now(), author, { objectId: Number(place.id), ...facts })

  const note = (
    place: Place,
    action: SandboxChange['action'],
    author: SandboxAuthor,
    more: { given?: JsonObject; loserId?: string } = {},
  ): void => {
    const record = records.all(place.object).find(({ id }) => id === place.id)?.properties ?? {}
    watcher.changed({ given: {}, ...more, ...place, action, author, record: { ...record, ...associated(place) } })
  }

  /** Whom a record is associated with, by object, the primary one first. */
  const associated = (place: Place): JsonObject =>
    Object.fromEntries(
      OBJECTS.flatMap(object => {
        const others = associations.others(place, object).sort((a, b) => Number(b.primary) - Number(a.primary))
        return others[0] === undefined ? [] : [[`association:${object}`, others[0].id]]
      }),
    )

  const write = (
    object: ObjectName,
    known: SandboxRecord | undefined,
    properties: Record<string, string>,
    author: SandboxAuthor,
  ): Written => {
    const written = records.write(object, known, properties)
    if ('refused' in written) return written
    const place = { object, id: written.record.id }
    if (written.isNew) tell(place, 'creation', author)
    for (const propertyName of written.changed) {
      const propertyValue = written.record.properties[propertyName] ?? ''
      tell(place, 'propertyChange', author, { propertyName, propertyValue })
    }
    if (written.isNew || written.changed.length > 0)
      note(place, written.isNew ? 'created' : 'updated', author, { given: properties })
    return written
  }

  const associate = (from: Place, to: Place, typeId: number, author: SandboxAuthor): boolean => {
    if (!associations.add(from, to, typeId)) return false
    afterAssociation(from, to, author, false)
    return true
  }

  const dissociate = (from: Place, to: Place, author: SandboxAuthor): void => {
    associations.remove(from, to)
    afterAssociation(from, to, author, true)
  }

  /** HubSpot tells it of both sides, and shows a contact's primary company as a property. */
  const afterAssociation = (from: Place, to: Place, author: SandboxAuthor, associationRemoved: boolean): void => {
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
      note(one, 'updated', author)
      if (one.object === 'contact' && other.object === 'company') {
        const primary = associations.others(one, 'company').find(company => company.primary)?.id ?? ''
        write('contact', record, { associatedcompanyid: primary }, author)
      }
    }
  }

  const archive = (object: ObjectName, id: string, author: SandboxAuthor, happened = 'deletion'): boolean => {
    const record = records.get(object, id)
    if (record === undefined) return false
    record.archived = true
    tell({ object, id: record.id }, happened, author)
    note({ object, id: record.id }, 'deleted', author)
    return true
  }

  /** Takes a record out of the recycle bin. */
  const restore = (object: ObjectName, id: string, author: SandboxAuthor): boolean => {
    const record = records.all(object).find(one => one.id === id && one.archived && one.mergedInto === undefined)
    if (record === undefined) return false
    record.archived = false
    records.touch(object, record)
    tell({ object, id }, 'restore', author)
    note({ object, id }, 'restored', author)
    return true
  }

  /** The first id survives; the other keeps answering with the survivor. */
  const merge = (object: ObjectName, primaryId: string, mergedId: string, author: SandboxAuthor): void => {
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
    note({ object, id: survivor.id }, 'merged', author, { loserId: loser.id })
  }

  return { records, associations, webhooks, watcher, write, associate, dissociate, archive, restore, merge, associated }
}
