import type { Access, PullResult } from '#connector/kit.ts'
import { textAt, valueAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import { call } from './api.ts'
import { isObject, plural, type ObjectName } from './objects.ts'
import { remoteStates } from './record.ts'
import type { Settings } from './settings.ts'

/** Exports leave out the last minute, and refuse to start within it. */
const START_AGE_S = 61

/**
 * One page of Zendesk's incremental export: users and tickets by a cursor that stays valid, organizations by time. Deleted
 * records are among them. What changed in the last minute comes with the next poll.
 */
export async function changes(access: Access<Settings>, object: string, cursor: Json | undefined): Promise<PullResult> {
  if (!isObject(object)) return { ok: true, records: [], cursor: cursor ?? null, more: false }
  return object === 'organization' ? byTime(access, object, cursor) : byCursor(access, object, cursor)
}

async function byCursor(access: Access<Settings>, object: ObjectName, from: Json | undefined): Promise<PullResult> {
  const position = typeof from === 'string' ? { cursor: from } : { start_time: '0' }
  const query = { ...position, per_page: String(access.settings.pageSize) }
  const path = `/incremental/${plural(object)}/cursor`
  const called = await call(access, 'list', { method: 'GET', path, query })
  if (!called.ok) return called
  const { json } = called.reply
  const next = textAt(json, 'after_cursor')
  const more = valueAt(json, 'end_of_stream') !== true && next !== undefined
  return { ok: true, records: remoteStates(object, json), cursor: next ?? from ?? null, more }
}

async function byTime(access: Access<Settings>, object: ObjectName, from: Json | undefined): Promise<PullResult> {
  const latest = Math.floor(access.nowMs() / 1000) - START_AGE_S
  const start = Math.min(typeof from === 'number' ? from : 0, latest)
  const query = { start_time: String(start), per_page: String(access.settings.pageSize) }
  const called = await call(access, 'list', { method: 'GET', path: `/incremental/${plural(object)}`, query })
  if (!called.ok) return called
  const { json } = called.reply
  const endTime = Number(textAt(json, 'end_time') ?? start)
  const more = valueAt(json, 'end_of_stream') !== true && endTime > start
  return { ok: true, records: remoteStates(object, json), cursor: endTime, more }
}
