import type { Access, PullResult, RemoteState } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { Variables } from '#connector/template.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { compiledApi } from './compiled.ts'
import { exchange } from './exchange.ts'
import { nextPage, pageAddress, pageVariables, positionOf, sameOrigin } from './paging.ts'
import { objectSettings } from './push.ts'
import { listAt, textAt, timeAt } from '#connector/reply-path.ts'
import type { ApiSettings, ObjectSettings } from './settings.ts'

export function canPull(object: string, settings: ApiSettings): boolean {
  return objectSettings(settings, object)?.list !== undefined
}

/** One page of records changed since the cursor. When a round ends, the next one starts `overlapMs` before its newest change. */
export async function changes(
  access: Access<ApiSettings>,
  object: string,
  cursor: Json | undefined,
): Promise<PullResult> {
  const configured = objectSettings(access.settings, object)
  const list = configured?.list
  if (!configured || !list)
    return { ok: false, outcome: { kind: 'rejected', reason: `objects.${object} has no call for "list"` } }
  const position = positionOf(cursor)
  const address = pageAddress(list, position, access.settings.baseUrl)
  if (address !== undefined && !sameOrigin(address, access.settings.baseUrl))
    return {
      ok: false,
      outcome: { kind: 'rejected', reason: 'the next page is on another server; its credentials would leak' },
    }
  const result = await exchange(access, {
    operation: 'list',
    name: `objects.${object}.list`,
    call: list,
    objectRules: configured.rules,
    variables: pageVariables(list, position),
    ...(address === undefined ? {} : { address }),
  })
  if (!result.ok) return result
  const rows = listAt(result.reply.json, list.results).filter(isJsonObject)
  const records = rows.flatMap(row => remoteState(access, object, configured, row) ?? [])
  const highMs = Math.max(position.highMs, ...records.map(record => record.modifiedAtMs ?? 0))
  const next = nextPage(list, position, rows.length, result.reply)
  const count = position.count + rows.length
  if (next !== undefined && next.more)
    return { ok: true, records, more: true, cursor: { sinceMs: position.sinceMs, highMs, count, page: next.page } }
  const sinceMs = Math.max(position.sinceMs, highMs - list.overlapMs)
  const kept = next === undefined ? {} : { page: next.page }
  return { ok: true, records, more: false, cursor: { sinceMs, highMs, count: 0, ...kept } }
}

type ReadResult = { ok: true; records: readonly RemoteState[] } | { ok: false; outcome: Outcome }

/** Reads records by id: all in one call where `max` is above one, else one by one; a missing one is not in the answer. */
export async function read(
  access: Access<ApiSettings>,
  object: string,
  remoteIds: readonly string[],
): Promise<ReadResult> {
  const configured = objectSettings(access.settings, object)
  const call = configured?.read
  if (!configured || !call)
    return { ok: false, outcome: { kind: 'rejected', reason: `objects.${object} has no call for "read"` } }
  const records: RemoteState[] = []
  for (let start = 0; start < remoteIds.length; start += call.max) {
    const ids = remoteIds.slice(start, start + call.max)
    const variables: Variables = call.max === 1 ? { remoteId: ids[0], ids } : { ids }
    const result = await exchange(access, {
      operation: 'read',
      name: `objects.${object}.read`,
      call,
      objectRules: configured.rules,
      variables,
    })
    if (!result.ok && result.outcome.kind !== 'gone') return result
    if (!result.ok) continue
    const wanted = new Set(ids)
    for (const row of listAt(result.reply.json, call.results).filter(isJsonObject)) {
      const record = remoteState(access, object, configured, row)
      if (record && wanted.has(record.remoteId)) records.push(record)
    }
  }
  return { ok: true, records }
}

function remoteState(
  access: Access<ApiSettings>,
  object: string,
  configured: ObjectSettings,
  row: JsonObject,
): RemoteState | undefined {
  const remoteId = textAt(row, configured.id)
  if (remoteId === undefined) return undefined
  const modifiedAtMs = configured.modified === undefined ? undefined : timeAt(row, configured.modified)
  const version = configured.version === undefined ? undefined : textAt(row, configured.version)
  return {
    remoteId,
    state: row,
    ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }),
    ...(version === undefined ? {} : { version }),
    ...(isDeleted(access, object, configured, row) ? { deleted: true } : {}),
  }
}

export function isDeleted(
  access: Access<ApiSettings>,
  object: string,
  { deleted }: ObjectSettings,
  row: JsonObject,
): boolean {
  if (deleted === undefined) return false
  const verdict = compiledApi(access.settings)
    .expression(`objects.${object}.deleted`, deleted)
    .evaluate(row, access.nowMs())
  return verdict.ok && verdict.value === true
}
