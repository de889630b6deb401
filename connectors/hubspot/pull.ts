import { chunks } from '#connector/batch.ts'
import type { Access, IdsResult, PullPart, RemoteState } from '#connector/kit.ts'
import { listAt, textAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import { call, post } from './api.ts'
import { withAssociations } from './read-associations.ts'
import { changes } from './changes.ts'
import { BATCH_MAX, isObject, objectPath } from './objects.ts'
import { associationsToRead, propertiesToRead } from './properties.ts'
import { remoteState } from './record.ts'
import type { Settings } from './settings.ts'

export const pull: PullPart<Settings> = { changes, read, readMax: () => BATCH_MAX, ids, canListIds: isObject }

/** Reads records by id; one that was merged away answers with another id and is left out, as one that is not there. */
async function read(access: Access<Settings>, object: string, remoteIds: readonly string[]) {
  if (!isObject(object)) return { ok: true as const, records: [] }
  const properties = propertiesToRead(access, object)
  const wanted = new Set(remoteIds)
  const records: RemoteState[] = []
  for (const part of chunks(remoteIds, BATCH_MAX)) {
    const inputs = part.map(id => ({ id }))
    const json = { inputs, properties, propertiesWithHistory: [] }
    const called = await post(access, 'read', objectPath(object, '/batch/read'), json)
    if (!called.ok && called.outcome.kind !== 'gone') return called
    const rows = called.ok ? listAt(called.reply.json, 'results') : []
    records.push(...rows.flatMap(row => remoteState(object, row)).filter(({ remoteId }) => wanted.has(remoteId)))
  }
  return withAssociations(access, object, records, associationsToRead(access, object))
}

/** All ids, page by page, without those in the recycle bin. */
async function ids(access: Access<Settings>, object: string, cursor: Json | undefined): Promise<IdsResult> {
  if (!isObject(object)) return { ok: true, ids: [], cursor: null, more: false }
  const after = typeof cursor === 'string' ? { after: cursor } : undefined
  const query = { limit: String(BATCH_MAX), archived: 'false', properties: 'hs_object_id', ...after }
  const called = await call(access, 'list', { method: 'GET', path: objectPath(object), query })
  if (!called.ok) return called
  const found = listAt(called.reply.json, 'results').flatMap(row => textAt(row, 'id') ?? [])
  const next = textAt(called.reply.json, 'paging.next.after')
  return { ok: true, ids: found, cursor: next ?? null, more: next !== undefined }
}
