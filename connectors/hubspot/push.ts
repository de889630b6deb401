import { chunks } from '#connector/batch.ts'
import type { Access, PushItem, PushPart } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { post } from './api.ts'
import { writeAssociations } from './write-associations.ts'
import { canFind, find } from './find.ts'
import { merge } from './merge.ts'
import { BATCH_MAX, isObject, objectPath, type ObjectName } from './objects.ts'
import { associationsToWrite } from './properties.ts'
import type { Settings } from './settings.ts'
import { writeBatch, type Write } from './write-batch.ts'

export const push: PushPart<Settings> = {
  batchMax: () => BATCH_MAX,
  upsert,
  delete: remove,
  find,
  canFind,
  patches: () => true,
  merge,
  canMerge: isObject,
}

/** Writes known records by id, new ones by the hub's own id, and then what each is associated with. */
async function upsert(
  access: Access<Settings>,
  object: string,
  items: readonly PushItem[],
): Promise<readonly Outcome[]> {
  if (!isObject(object)) return items.map(() => unknownObject(object))
  const outcomes = new Map<PushItem, Outcome>()
  for (const [write, group] of Map.groupBy(items, item => writeOf(access, item))) {
    for (const part of chunks(group, BATCH_MAX)) {
      const results = await writeBatch(access, object, write, part)
      part.forEach((item, index) => outcomes.set(item, results[index] ?? missing))
    }
  }
  await associate(access, object, outcomes)
  return items.map(item => outcomes.get(item) ?? missing)
}

const missing: Outcome = { kind: 'unknown', reason: 'no outcome for this item' }

function writeOf({ settings }: Access<Settings>, { remoteId }: PushItem): Write {
  if (remoteId !== undefined) return 'update'
  return settings.idProperty === null ? 'create' : 'upsert'
}

/** Associations of the records that were written; a failure becomes the outcome of the item. */
async function associate(
  access: Access<Settings>,
  object: ObjectName,
  outcomes: Map<PushItem, Outcome>,
): Promise<void> {
  const wanted = [...outcomes].flatMap(([item, outcome]) => {
    if (outcome.kind !== 'delivered') return []
    const id = outcome.remoteId
    const before = associationsToWrite(item.sent ?? {})
    return [...associationsToWrite(item.changed)].flatMap(([to, ids]) => {
      // A record that is new has nothing to take off.
      if (item.remoteId === undefined && ids.length === 0) return []
      return [{ id, to, ids, replaced: (before.get(to) ?? []).filter(other => !ids.includes(other)) }]
    })
  })
  const failed = await writeAssociations(access, object, wanted)
  for (const [item, outcome] of outcomes) {
    const failure = outcome.kind === 'delivered' ? failed.get(outcome.remoteId) : undefined
    if (failure === undefined || outcome.kind !== 'delivered') continue
    // A new record is there whatever became of its associations: linked first, then written as a known one.
    outcomes.set(item, item.remoteId === undefined ? { kind: 'exists', remoteId: outcome.remoteId } : failure)
  }
}

/** Into the recycle bin, from where HubSpot can restore a record for some time; contacts for good where the settings say so. */
async function remove(
  access: Access<Settings>,
  object: string,
  items: readonly PushItem[],
  how: 'delete' | 'archive',
): Promise<readonly Outcome[]> {
  if (!isObject(object)) return items.map(() => unknownObject(object))
  const forGood = how === 'delete' && object === 'contact' && access.settings.deleteForGood
  if (forGood) return Promise.all(items.map(item => deleteForGood(access, item)))
  const known = items.flatMap(({ remoteId }) => (remoteId === undefined ? [] : [{ id: remoteId }]))
  if (known.length === 0) return items.map(() => ({ kind: 'gone' }))
  const called = await post(access, how, objectPath(object, '/batch/archive'), { inputs: known })
  return items.map(({ remoteId }): Outcome => {
    if (remoteId === undefined) return { kind: 'gone' }
    return called.ok ? { kind: 'delivered', remoteId } : called.outcome
  })
}

async function deleteForGood(access: Access<Settings>, { remoteId }: PushItem): Promise<Outcome> {
  if (remoteId === undefined) return { kind: 'gone' }
  const called = await post(access, 'delete', objectPath('contact', '/gdpr-delete'), { objectId: remoteId })
  return called.ok ? { kind: 'delivered', remoteId } : called.outcome
}

function unknownObject(object: string): Outcome {
  return { kind: 'rejected', reason: `HubSpot's object "${object}" is not known to this connector` }
}
