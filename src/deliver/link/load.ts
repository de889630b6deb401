import { sql } from 'kysely'
import type { IncomingEvent, RemoteState } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { System } from '#connector/system.ts'
import type { Json } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'
import { storedJson, storedText } from '#store/stored-json.ts'
import type { PollParts } from '../read/poll.ts'
import { pulledEvent, pullPage, waitMs } from '../read/poll.ts'
import { createRoom } from './room.ts'

export type LoadParts = Omit<PollParts, 'append'> & {
  /** Stores loaded events durably, as the gateway does. */
  appendLoaded: (system: string, events: readonly IncomingEvent[], traceId: string) => Promise<void>
}

/** Events that are stored together: few, so that a live event never waits for many. */
const EVENTS_PER_APPEND = 50
/** One turn of one object; the next turn goes on where it ended. */
const TURN_MS = 2_000
const LEASE_MS = 60_000

interface LoadRow {
  system: string
  object: string
  cursor: Json | null
  poll_failures: number
}

/** A page that was pulled and is not wholly stored yet. */
interface Page {
  from: Json | undefined
  rest: readonly RemoteState[]
  next: Json
  more: boolean
  records: number
}

/**
 * First link's loading: everything that a (system, object) holds, from the beginning, with the vendor's times. It uses the
 * system's gate as polls do, stores at most a few hundred events ahead of planning, and rests while live work waits. The
 * position is stored after each page, so that a restart goes on; a page that was stored in part is then stored again, which
 * is no news to anybody.
 */
export function createLoader(parts: LoadParts) {
  const pages = new Map<string, Page>()
  const room = createRoom(parts)

  /** Takes every (system, object) that is loading one turn further. */
  async function turn(): Promise<void> {
    const { rows } = await sql<LoadRow>`
      update system_object o set lease_until = now() + ${LEASE_MS} * interval '1 millisecond'
      from system s where s.name = o.system and s.state = 'active' and o.link_state = 'loading' and o.load_ended_at is null
        and coalesce(o.poll_due_at, now()) <= now() and (o.lease_until is null or o.lease_until < now())
      returning o.system, o.object, o.cursor, o.poll_failures
    `.execute(parts.database.kysely)
    await Promise.all(rows.map(loadOne))
  }

  async function loadOne(row: LoadRow): Promise<void> {
    const system = parts.systems.get(row.system)
    if (system === undefined) return
    const untilMs = parts.nowMs() + TURN_MS
    const traceId = parts.ids.traceId()
    let records = 0
    let failed: Outcome | undefined
    let cursor = row.cursor ?? undefined
    let ended = false
    try {
      while (!ended && failed === undefined && parts.nowMs() < untilMs) {
        if (!(await room.waitFor(row.system, EVENTS_PER_APPEND, untilMs))) break
        const page = await pageAt(system, row.object, cursor, traceId)
        if ('outcome' in page) failed = page.outcome
        else if (await store(row, page, untilMs, traceId)) {
          records += page.records
          cursor = page.next ?? undefined
          ended = !page.more
        }
      }
    } catch (error) {
      // What could not be stored comes again: the position is saved after its records only.
      failed = { kind: 'retry', reason: error instanceof Error ? error.message : String(error) }
    }
    await endTurn(row, failed, ended)
    if (records > 0 || failed !== undefined)
      parts.log.info(
        { unit: 'load', system: row.system, object: row.object, records, outcome: failed?.kind ?? 'read', traceId },
        'load',
      )
  }

  /** The page that follows the position: the rest of one that is at hand, or a new one. */
  async function pageAt(system: System, object: string, cursor: Json | undefined, traceId: string) {
    const key = `${system.config.name}\n${object}`
    const known = pages.get(key)
    if (known !== undefined && jsonEqual(known.from ?? null, cursor ?? null)) return known
    const pulled = await pullPage(parts, system, object, cursor, traceId)
    if (!pulled.ok) return { outcome: pulled.outcome }
    const { records, cursor: next, more } = pulled
    const page: Page = { from: cursor, rest: records, next, more, records: records.length }
    pages.set(key, page)
    return page
  }

  /** Stores what is left of a page, as far as there is room in time; true when it is stored, with the position behind it. */
  async function store(row: LoadRow, page: Page, untilMs: number, traceId: string): Promise<boolean> {
    const key = `${row.system}\n${row.object}`
    while (page.rest.length > 0) {
      if (!(await room.waitFor(row.system, EVENTS_PER_APPEND, untilMs))) return false
      const events = page.rest.slice(0, EVENTS_PER_APPEND).map(record => pulledEvent(row.object, record, 'loaded'))
      await parts.appendLoaded(row.system, events, traceId)
      room.stored()
      page.rest = page.rest.slice(EVENTS_PER_APPEND)
    }
    await sql`
      update system_object set cursor = ${storedJson(page.next)}::jsonb, loaded = loaded + ${page.records}, polled_at = now(),
        poll_failures = 0, poll_error = null, lease_until = now() + ${LEASE_MS} * interval '1 millisecond'
      where system = ${row.system} and object = ${row.object} and link_state = 'loading'
    `.execute(parts.database.kysely)
    row.poll_failures = 0
    pages.delete(key)
    return true
  }

  async function endTurn(row: LoadRow, failed: Outcome | undefined, ended: boolean): Promise<void> {
    const throttled = failed?.kind === 'retry' && failed.throttled === true
    const failures = failed === undefined ? row.poll_failures : row.poll_failures + (throttled ? 0 : 1)
    const reason = failed === undefined ? null : (('reason' in failed ? failed.reason : undefined) ?? failed.kind)
    const nextMs = failed === undefined ? 0 : waitMs(parts, failed, failures, undefined)
    await sql`
      update system_object set lease_until = null, poll_failures = ${failures}, poll_error = ${reason === null ? null : storedText(reason)},
        poll_due_at = now() + ${nextMs ?? 0}::float8 * interval '1 millisecond', load_ended_at = case when ${ended} then now() end
      where system = ${row.system} and object = ${row.object} and link_state = 'loading'
    `.execute(parts.database.kysely)
  }

  return { turn }
}
