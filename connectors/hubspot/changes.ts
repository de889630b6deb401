import type { Access, PullResult, RemoteState } from '#connector/kit.ts'
import { listAt, textAt, valueAt } from '#connector/reply-path.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { post } from './api.ts'
import { withAssociations } from './read-associations.ts'
import { isObject, modifiedProperty, objectPath, type ObjectName } from './objects.ts'
import { associationsToRead, propertiesToRead } from './properties.ts'
import { remoteState } from './record.ts'
import type { Settings } from './settings.ts'

/**
 * Where a poll stands. HubSpot's search gives no more than 10,000 hits and shifts its pages while records change, so every
 * page is a query of its own from a floor that moves with what was read. `afterId` is set while more records than a page
 * holds bear the floor's very time, as after an import: they are then read by id.
 */
interface Floor {
  floorMs: number
  afterId?: string
}

/** One page of records changed since the cursor, oldest first. A round ends a little before its newest change. */
export async function changes(access: Access<Settings>, object: string, cursor: Json | undefined): Promise<PullResult> {
  if (!isObject(object)) return { ok: true, records: [], cursor: cursor ?? null, more: false }
  const floor = floorOf(cursor)
  const { pageSize, indexLagMs } = access.settings
  const called = await post(access, 'list', objectPath(object, '/search'), {
    ...queryFrom(floor, object),
    properties: [...propertiesToRead(access, object), MERGED],
    limit: pageSize,
  })
  if (!called.ok) return called
  const rows = listAt(called.reply.json, 'results')
  const found = rows.flatMap(row => remoteState(object, row))
  const read = await withAssociations(access, object, found, associationsToRead(access, object))
  if (!read.ok) return read
  const last = found.at(-1)
  const next = nextFloor(floor, {
    isFull: rows.length >= pageSize,
    lastMs: last?.modifiedAtMs ?? floor.floorMs,
    lastId: last?.remoteId ?? '0',
    overlapMs: indexLagMs,
  })
  return { ok: true, records: [...read.records.flatMap(mergedOf), ...read.records], ...next }
}

/** The ids that were merged into a record, separated by `;`. */
const MERGED = 'hs_merged_object_ids'

/** Records that were merged into one that a poll brings, in case that no webhook told it. */
function mergedOf({ remoteId, state }: RemoteState): RemoteState[] {
  const ids = (textAt(state, `properties.${MERGED}`) ?? '').split(';').filter(id => /^\d+$/.test(id) && id !== remoteId)
  return ids.map(id => ({ remoteId: id, state: {}, mergedInto: remoteId }))
}

function floorOf(cursor: Json | undefined): Floor {
  const floorMs = valueAt(cursor, 'floorMs')
  const afterId = valueAt(cursor, 'afterId')
  const floor = { floorMs: typeof floorMs === 'number' ? floorMs : 0 }
  return typeof afterId === 'string' ? { ...floor, afterId } : floor
}

function queryFrom({ floorMs, afterId }: Floor, object: ObjectName): JsonObject {
  const modified = modifiedProperty(object)
  const value = String(floorMs)
  if (afterId === undefined) {
    return {
      filterGroups: [{ filters: [{ propertyName: modified, operator: 'GTE', value }] }],
      sorts: [{ propertyName: modified, direction: 'ASCENDING' }],
    }
  }
  const filters = [
    { propertyName: modified, operator: 'GTE', value },
    { propertyName: modified, operator: 'LTE', value },
    { propertyName: 'hs_object_id', operator: 'GT', value: afterId },
  ]
  return { filterGroups: [{ filters }], sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }] }
}

/** What the page that was read says about the next one. */
export interface PageSeen {
  isFull: boolean
  lastMs: number
  lastId: string
  /** How far a new round reaches back, since the search lags behind writes. */
  overlapMs: number
}

export function nextFloor(floor: Floor, page: PageSeen): { cursor: JsonObject; more: boolean } {
  const { floorMs, afterId } = floor
  if (afterId !== undefined) {
    if (page.isFull) return { cursor: { floorMs, afterId: page.lastId }, more: true }
    return { cursor: { floorMs: floorMs + 1 }, more: true }
  }
  if (!page.isFull) return { cursor: { floorMs: Math.max(floorMs, page.lastMs - page.overlapMs) }, more: false }
  if (page.lastMs > floorMs) return { cursor: { floorMs: page.lastMs }, more: true }
  return { cursor: { floorMs, afterId: '0' }, more: true }
}
