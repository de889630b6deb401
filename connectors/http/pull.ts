import type { HttpReply } from '#connector/http.ts'
import type { Access, PullResult, RemoteState } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { Variables } from '#connector/template.ts'
import { assertNever } from '#model/assert.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { compiledApi } from './compiled.ts'
import { exchange } from './exchange.ts'
import { objectSettings } from './push.ts'
import { listAt, textAt, timeAt, valueAt } from './reply-path.ts'
import type { ApiSettings, ListSettings, ObjectSettings } from './settings.ts'

/**
 * Where a pull stands: `sinceMs` is where its first page started, `highMs` the newest change seen, `page` the next
 * page within this round (absent: a new round), `count` rows read in this round.
 */
interface Position {
  sinceMs: number
  highMs: number
  count: number
  page?: Json
}

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

function positionOf(cursor: Json | undefined): Position {
  const number = (name: string): number => {
    const value = valueAt(cursor, name)
    return typeof value === 'number' ? value : 0
  }
  const page = valueAt(cursor, 'page')
  const position = { sinceMs: number('sinceMs'), highMs: number('highMs'), count: number('count') }
  return page === undefined ? position : { ...position, page }
}

function pageAddress({ paging }: ListSettings, { page }: Position, baseUrl: string): string | undefined {
  const isAddress = (paging.type === 'nextUrl' || paging.type === 'link') && typeof page === 'string'
  return isAddress ? (URL.parse(page, baseUrl)?.href ?? page) : undefined
}

function sameOrigin(address: string, baseUrl: string): boolean {
  return URL.parse(address)?.origin === URL.parse(baseUrl)?.origin
}

function pageVariables({ paging }: ListSettings, { sinceMs, count, page }: Position): Variables {
  const since: Variables = {
    since: new Date(sinceMs).toISOString(),
    sinceMs,
    sinceSeconds: Math.floor(sinceMs / 1000),
  }
  switch (paging.type) {
    case 'page':
      return { ...since, page: typeof page === 'number' ? page : paging.first, size: paging.size }
    case 'offset':
      return { ...since, offset: count, size: paging.size }
    case 'cursor':
      return { ...since, cursor: page }
    case 'none':
    case 'nextUrl':
    case 'link':
      return since
    default:
      return assertNever(paging)
  }
}

/** The page after this one; undefined when the round is over. `more: false` with a page is a cursor that outlives the round. */
function nextPage(
  { paging }: ListSettings,
  position: Position,
  rows: number,
  reply: HttpReply,
): { page: Json; more: boolean } | undefined {
  switch (paging.type) {
    case 'none':
      return undefined
    case 'page':
      return rows < paging.size
        ? undefined
        : { page: (typeof position.page === 'number' ? position.page : paging.first) + 1, more: true }
    case 'offset':
      return rows < paging.size ? undefined : { page: position.count + rows, more: true }
    case 'cursor': {
      const next = textAt(reply.json, paging.next)
      if (next === undefined)
        return paging.keep && position.page !== undefined ? { page: position.page, more: false } : undefined
      const more =
        paging.more !== undefined
          ? valueAt(reply.json, paging.more) === true
          : paging.end !== undefined
            ? valueAt(reply.json, paging.end) !== true
            : rows > 0
      return more || paging.keep ? { page: next, more } : undefined
    }
    case 'nextUrl': {
      const next = textAt(reply.json, paging.next)
      return next === undefined ? undefined : { page: next, more: true }
    }
    case 'link': {
      const next = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(reply.headers.link ?? '')?.[1]
      return next === undefined ? undefined : { page: next, more: true }
    }
    default:
      return assertNever(paging)
  }
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

function isDeleted(access: Access<ApiSettings>, object: string, { deleted }: ObjectSettings, row: JsonObject): boolean {
  if (deleted === undefined) return false
  const verdict = compiledApi(access.settings)
    .expression(`objects.${object}.deleted`, deleted)
    .evaluate(row, access.nowMs())
  return verdict.ok && verdict.value === true
}
