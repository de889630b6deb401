import type { Access, PushItem, PushPart } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { JsonObject } from '#model/json.ts'
import { collection, type Row } from './collection.ts'
import { inCurrency, refusedCurrency } from './currency.ts'
import { find } from './find.ts'
import { linkedRecords, writeLinked } from './linked.ts'
import { formOf, type Settings } from './settings.ts'

/** Most records of one collection call. */
const COLLECTION_MAX = 200

export const push: PushPart<Settings> = {
  batchMax: () => COLLECTION_MAX,
  upsert,
  delete: remove,
  find,
  canFind: () => true,
  patches: () => true,
}

/** Known records are updated by id, new ones are upserted by external id, each kind in one call; what bears linked records goes alone. */
async function upsert(access: Access<Settings>, object: string, items: readonly PushItem[]) {
  const { externalIdField } = formOf(access.settings, object)
  const isLinked = (item: PushItem) => linkedRecords(sent(item)).length > 0
  const alone = items.filter(isLinked)
  const known = items.filter(item => item.remoteId !== undefined && !isLinked(item))
  const fresh = items.filter(item => item.remoteId === undefined && !isLinked(item))
  const outcomes = new Map<PushItem, Outcome>()
  const take = (of: readonly PushItem[], results: readonly Outcome[]) =>
    of.forEach((item, index) => outcomes.set(item, results[index] ?? NO_OUTCOME))
  take(
    known,
    await collection(access, {
      operation: 'update',
      method: 'PATCH',
      path: '/composite/sobjects',
      rows: known.map(item => rowOf(access, object, item, { id: item.remoteId ?? '' })),
    }),
  )
  take(
    fresh,
    await collection(access, {
      operation: 'upsert',
      method: 'PATCH',
      path: `/composite/sobjects/${object}/${externalIdField}`,
      rows: fresh.map(item => rowOf(access, object, item, { [externalIdField]: item.externalId })),
    }),
  )
  for (const item of alone) outcomes.set(item, await writeLinked(access, object, item))
  return items.map(item => outcomes.get(item) ?? NO_OUTCOME)
}

const NO_OUTCOME: Outcome = { kind: 'unknown', reason: 'no outcome for this record' }

/** What is written of an item: all of a new record, of a known one what changed. */
function sent(item: PushItem): JsonObject {
  return item.remoteId === undefined ? item.content : item.changed
}

function rowOf({ settings }: Access<Settings>, object: string, item: PushItem, key: JsonObject): Row {
  const record = inCurrency(settings, sent(item))
  if (record === undefined) return { refused: refusedCurrency(settings) }
  return {
    record: { attributes: { type: object }, ...record, ...key },
    ...(item.remoteId === undefined ? {} : { remoteId: item.remoteId }),
  }
}

async function remove(
  access: Access<Settings>,
  object: string,
  items: readonly PushItem[],
  how: 'delete' | 'archive',
): Promise<readonly Outcome[]> {
  const archived = access.settings.objects[object]?.archive
  const rows = items.map((item): Row => {
    if (item.remoteId === undefined) return { refused: { kind: 'gone' } }
    if (how === 'delete') return { record: { id: item.remoteId }, remoteId: item.remoteId }
    if (archived === undefined) return { refused: { kind: 'rejected', reason: NO_ARCHIVE(object) } }
    return { record: { attributes: { type: object }, id: item.remoteId, ...archived }, remoteId: item.remoteId }
  })
  if (how === 'archive') {
    return await collection(access, { operation: 'archive', method: 'PATCH', path: '/composite/sobjects', rows })
  }
  return await collection(access, { operation: 'delete', method: 'DELETE', path: '/composite/sobjects', rows })
}

const NO_ARCHIVE = (object: string) => `objects.${object}.archive does not say what archiving sets`
