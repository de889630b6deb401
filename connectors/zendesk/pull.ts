import { chunks } from '#connector/batch.ts'
import type { Access, IdsResult, PullPart, RemoteState } from '#connector/kit.ts'
import { textAt, valueAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import { call } from './api.ts'
import { changes } from './exports.ts'
import { isObject, plural } from './objects.ts'
import { remoteStates } from './record.ts'
import type { Settings } from './settings.ts'

/** Most ids of one read. */
export const READ_MAX = 100

export const pull: PullPart<Settings> = { changes, read, readMax: () => READ_MAX, ids, canListIds }

async function read(access: Access<Settings>, object: string, remoteIds: readonly string[]) {
  const records: RemoteState[] = []
  if (!isObject(object)) return { ok: true as const, records }
  for (const part of chunks(remoteIds, READ_MAX)) {
    const query = { ids: part.join(',') }
    const called = await call(access, 'read', { method: 'GET', path: `/${plural(object)}/show_many`, query })
    if (!called.ok && called.outcome.kind !== 'gone') return called
    if (called.ok) records.push(...remoteStates(object, called.reply.json))
  }
  return { ok: true as const, records }
}

/** Not of tickets: Zendesk's list leaves out those that it has archived, which would then seem deleted. */
function canListIds(object: string): boolean {
  return object === 'user' || object === 'organization'
}

async function ids(access: Access<Settings>, object: string, cursor: Json | undefined): Promise<IdsResult> {
  if (!isObject(object)) return { ok: true, ids: [], cursor: null, more: false }
  const after = typeof cursor === 'string' ? { 'page[after]': cursor } : undefined
  const query = { 'page[size]': '100', ...after }
  const called = await call(access, 'list', { method: 'GET', path: `/${plural(object)}`, query })
  if (!called.ok) return called
  const { json } = called.reply
  const living = remoteStates(object, json).filter(record => record.deleted !== true)
  const more = valueAt(json, 'meta.has_more') === true
  const next = textAt(json, 'meta.after_cursor') ?? null
  return {
    ok: true,
    ids: living.map(record => record.remoteId),
    cursor: more ? next : null,
    more: more && next !== null,
  }
}
