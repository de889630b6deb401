import { sql } from 'kysely'
import type { Database, Tx } from '#store/database.ts'
import { uuidOfMs } from '#store/partitions.ts'
import { ATTEMPT_SLOT_MS, ATTEMPTS_KEPT_MS } from './attempts.ts'
import { ACTIVITY_KEPT_MS } from './sources.ts'

/** Rows are committed so long after their ids are made, at the latest; what comes later is not counted. */
const SETTLED_AFTER_MS = 5_000
/** After a longer pause the time between is left out: it would be a long count, and says nothing of a rhythm. */
const CAUGHT_UP_MS = 60 * 60_000

/**
 * Adds what came since the last count to the small tables that rhythm and error budgets are judged by. Every event and
 * attempt is looked at once, by its id, which begins with its time.
 */
export async function countActivity(database: Database, nowMs: number): Promise<void> {
  const toMs = nowMs - SETTLED_AFTER_MS
  await database.transaction(async tx => {
    const { counted_to: countedTo } = await tx
      .selectFrom('alert_watch')
      .select('counted_to')
      .forUpdate()
      .executeTakeFirstOrThrow()
    const fromMs = Math.max(countedTo?.getTime() ?? toMs, toMs - CAUGHT_UP_MS)
    if (toMs > fromMs) await countBetween(tx, fromMs, toMs)
    await tx
      .updateTable('alert_watch')
      .set({ counted_to: new Date(Math.max(fromMs, toMs)) })
      .execute()
    await sql`delete from source_activity where hour < ${new Date(nowMs - ACTIVITY_KEPT_MS)}`.execute(tx)
    await sql`delete from attempt_activity where slot < ${new Date(nowMs - 2 * ATTEMPTS_KEPT_MS)}`.execute(tx)
  })
}

async function countBetween(tx: Tx, fromMs: number, toMs: number): Promise<void> {
  const [from, to] = [uuidOfMs(fromMs), uuidOfMs(toMs)]
  await sql`
    insert into source_activity as a (system, hour, slots, last_at)
    select system, date_bin('1 hour', received_at, timestamptz 'epoch'), bit_or(1 << (extract(epoch from received_at)::bigint / 300 % 12)::int), max(received_at)
    from event where id >= ${from} and id < ${to} and origin in ('webhook', 'poll')
    group by 1, 2
    on conflict (system, hour) do update set slots = a.slots | excluded.slots, last_at = greatest(a.last_at, excluded.last_at)
  `.execute(tx)
  // An attempt does not say that its vendor only asked to wait, unless by its status; the deliveries that wait do.
  await sql`
    with throttled as materialized (
      select s.name from system s where exists (
        select from (select reason from delivery d where d.system = s.name and d.state = 'retrying' limit 100) d where d.reason = 'throttled'))
    insert into attempt_activity as a (system, slot, outcome, attempts)
    select system, date_bin(${ATTEMPT_SLOT_MS} * interval '1 millisecond', started_at, timestamptz 'epoch'),
      case when outcome = 'retry' and (status = 429 or system in (select name from throttled)) then 'throttled' else outcome end, count(*)
    from attempt where id >= ${from} and id < ${to}
    group by 1, 2, 3
    on conflict (system, slot, outcome) do update set attempts = a.attempts + excluded.attempts
  `.execute(tx)
}
