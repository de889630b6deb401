import type { Access, IdsResult, PullPart, PullResult, RemoteState } from '#connector/kit.ts'
import { listAt, textAt, valueAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import { callAudience } from './call.ts'
import { remoteState } from './member.ts'
import { MEMBER, type Settings } from './settings.ts'

const PAGE_SIZE = 1000
/** A round starts again this long before its newest change: what was being written then may show up late. */
const OVERLAP_MS = 60_000
/** Times are whole seconds, and whether the floor itself is among the answers is not said. */
const FLOOR_STEP_MS = 1000

/**
 * Where a pull stands. Members come oldest change first; a full page moves the floor up to its last change, and only within
 * one second the offset counts, since large offsets are slow. Archived members are a list of their own.
 */
interface Position {
  list: 'members' | 'archived'
  /** Where the round began, where the next page begins, and the newest change seen (epoch ms). */
  roundMs: number
  floorMs: number
  newestMs: number
  offset: number
}

export const pull: PullPart<Settings> = {
  changes,
  canPull: object => object === MEMBER,
  read,
  readMax: () => 8,
  ids,
  canListIds: object => object === MEMBER,
}

async function changes(access: Access<Settings>, _object: string, cursor: Json | undefined): Promise<PullResult> {
  const at = positionOf(cursor)
  const called = await callAudience(access, {
    operation: 'list',
    method: 'GET',
    path: '/members',
    query: {
      count: String(PAGE_SIZE),
      offset: String(at.offset),
      sort_field: 'last_changed',
      sort_dir: 'ASC',
      exclude_fields: 'members._links,_links',
      ...(at.floorMs > 0 ? { since_last_changed: new Date(at.floorMs).toISOString() } : {}),
      ...(at.list === 'archived' ? { status: 'archived' } : {}),
    },
  })
  if (!called.ok) return called
  const rows = listAt(called.reply.json, 'members')
  const records = rows.flatMap(row => remoteState(row) ?? [])
  const { next, more } = nextPosition(at, rows.length, records)
  return { ok: true, records, cursor: { ...next }, more }
}

/** The position after a page. The first round of all looks for no archived members: nobody knows them yet. */
function nextPosition(at: Position, rows: number, records: readonly RemoteState[]): { next: Position; more: boolean } {
  const lastMs = records.at(-1)?.modifiedAtMs ?? 0
  const newestMs = Math.max(at.newestMs, lastMs)
  if (rows >= PAGE_SIZE) {
    const floorMs = lastMs - FLOOR_STEP_MS
    const next = floorMs > at.floorMs ? { ...at, floorMs, offset: 0 } : { ...at, offset: at.offset + rows }
    return { next: { ...next, newestMs }, more: true }
  }
  if (at.list === 'members' && at.roundMs > 0) {
    return { next: { ...at, list: 'archived', floorMs: at.roundMs, offset: 0, newestMs }, more: true }
  }
  const roundMs = Math.max(at.roundMs, newestMs - OVERLAP_MS)
  return { next: { list: 'members', roundMs, floorMs: roundMs, newestMs, offset: 0 }, more: false }
}

function positionOf(cursor: Json | undefined): Position {
  const number = (name: string): number => {
    const value = valueAt(cursor, name)
    return typeof value === 'number' ? value : 0
  }
  const list = valueAt(cursor, 'list') === 'archived' ? 'archived' : 'members'
  const [roundMs, floorMs, newestMs, offset] = ['roundMs', 'floorMs', 'newestMs', 'offset'].map(number)
  return { list, roundMs: roundMs ?? 0, floorMs: floorMs ?? 0, newestMs: newestMs ?? 0, offset: offset ?? 0 }
}

type ReadResult = Awaited<ReturnType<NonNullable<PullPart<Settings>['read']>>>

async function read(access: Access<Settings>, _object: string, remoteIds: readonly string[]): Promise<ReadResult> {
  const records: RemoteState[] = []
  for (const id of remoteIds) {
    const called = await callAudience(access, { operation: 'read', method: 'GET', path: `/members/${id}` })
    if (!called.ok && called.outcome.kind !== 'gone') return called
    if (called.ok) records.push(...[remoteState(called.reply.json) ?? []].flat())
  }
  return { ok: true, records }
}

/** Archived members are not listed without being asked for. */
async function ids(access: Access<Settings>, _object: string, cursor: Json | undefined): Promise<IdsResult> {
  const offset = typeof cursor === 'number' ? cursor : 0
  const called = await callAudience(access, {
    operation: 'list',
    method: 'GET',
    path: '/members',
    query: { count: String(PAGE_SIZE), offset: String(offset), fields: 'members.id,total_items' },
  })
  if (!called.ok) return called
  const rows = listAt(called.reply.json, 'members')
  const found = rows.flatMap(row => textAt(row, 'id') ?? [])
  const more = rows.length >= PAGE_SIZE
  return { ok: true, ids: found, cursor: more ? offset + rows.length : null, more }
}
