import { sql } from 'kysely'
import { readDeliveries } from '#deliver/claim/claim.ts'
import { type EventColumns, EVENT_TO_MAP, pendingEvent } from '#interpret/rows.ts'
import type { Database } from '#store/database.ts'
import { canBeMappedAgain } from '#store/stored-events.ts'
import type { Batch } from './threads.ts'

const EVENTS_PER_BATCH = 500
const DELIVERIES_PER_BATCH = 500

export interface Place {
  readonly system: string
  readonly object: string
}

/** The events of a (system, object) that an inbound mapping would be given again, newest first. */
export async function* readEvents(
  database: Database,
  { system, object }: Place,
  last: number | undefined,
): AsyncGenerator<Batch> {
  let before: string | undefined
  let left = last ?? Number.POSITIVE_INFINITY
  while (left > 0) {
    const limit = Math.min(EVENTS_PER_BATCH, left)
    const { rows } = await sql<EventColumns>`
      select ${EVENT_TO_MAP} from (
        select * from event where system = ${system} and object = ${object} and ${canBeMappedAgain(sql`event`)} and (${before ?? null}::uuid is null or id < ${before ?? null}::uuid)
        order by id desc limit ${limit}) e
      left join request r on r.id = e.request_id and e.payload is null order by e.id desc
    `.execute(database.kysely)
    if (rows.length > 0) yield { kind: 'events', rows: rows.map(pendingEvent) }
    if (rows.length < limit) return
    before = rows.at(-1)?.id
    left -= rows.length
  }
}

/** The deliveries of a (system, object) with their golden records, all or those planned last. */
export async function* readGoldens(
  { database, nowMs }: { database: Database; nowMs: () => number },
  { system, object }: Place,
  last: number | undefined,
): AsyncGenerator<Batch> {
  const newest = last === undefined ? undefined : await newestDeliveries(database, { system, object }, last)
  let after: string | undefined
  for (let from = 0; ; from += DELIVERIES_PER_BATCH) {
    const ids =
      newest?.slice(from, from + DELIVERIES_PER_BATCH) ?? (await nextDeliveries(database, { system, object }, after))
    if (ids.length === 0) return
    after = ids.at(-1)
    const keys = ids.map(golden_id => ({ system, object, golden_id }))
    const rows = await database.transaction(tx => readDeliveries(tx, keys, nowMs()))
    const active = rows.filter(row => row.action === 'upsert' && row.golden.state === 'active')
    if (active.length > 0) yield { kind: 'deliveries', rows: active }
  }
}

async function newestDeliveries(database: Database, { system, object }: Place, last: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select golden_id as id from delivery where system = ${system} and object = ${object} order by planned_at desc limit ${last}
  `.execute(database.kysely)
  return rows.map(row => row.id)
}

async function nextDeliveries(
  database: Database,
  { system, object }: Place,
  after: string | undefined,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select golden_id as id from delivery where system = ${system} and object = ${object} and (${after ?? null}::uuid is null or golden_id > ${after ?? null}::uuid)
    order by golden_id limit ${DELIVERIES_PER_BATCH}
  `.execute(database.kysely)
  return rows.map(row => row.id)
}

/** How many records a plan will look at. */
export async function countRecords(database: Database, { system, object }: Place, isInbound: boolean): Promise<number> {
  const { rows } = await (
    isInbound
      ? sql<{
          n: number
        }>`select count(*)::int as n from event where system = ${system} and object = ${object} and ${canBeMappedAgain(sql`event`)}`
      : sql<{ n: number }>`select count(*)::int as n from delivery where system = ${system} and object = ${object}`
  ).execute(database.kysely)
  return rows[0]?.n ?? 0
}
