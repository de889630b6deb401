import { sql } from 'kysely'
import type { Database } from '#store/database.ts'
import type { Wakes } from '#queue/wakes.ts'

interface BrakeParts {
  database: Database
  wakes: Pick<Wakes, 'wake'>
}

const ROWS_PER_STEP = 1_000

/**
 * Ends the brakes of a (system, object), all or those of one cause, and lets go or discards what they hold. The end of the
 * brake is durable first; what it held follows in steps, which the sweep takes up again after a crash.
 */
export async function endBrakes(
  parts: BrakeParts,
  what: { system: string; object: string; cause: string | undefined; as: 'released' | 'discarded'; by: string },
): Promise<number> {
  const { system, object, cause = null, as, by } = what
  const { rows } = await sql<{ id: string }>`
    update brake set state = ${as}, ended_at = now(), ended_by = ${by}
    where system = ${system} and object = ${object} and state = 'on' and (${cause}::text is null or cause = ${cause}) returning id
  `.execute(parts.database.kysely)
  return await settleEnded(
    parts,
    rows.map(row => row.id),
  )
}

/**
 * Moves on deliveries that are held for a brake that is on no longer: after its end, and now and then, since a batch that
 * still saw it on may commit later than its end. Released ones are due and pass uncounted; discarded ones freeze.
 */
export async function sweepEndedBrakes(parts: BrakeParts): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select distinct on (system, object, cause) id from brake b where state <> 'on' and ended_at > now() - interval '1 day'
      and not exists (select from brake o where o.system = b.system and o.object = b.object and o.cause = b.cause and o.state = 'on')
    order by system, object, cause, ended_at desc
  `.execute(parts.database.kysely)
  return await settleEnded(
    parts,
    rows.map(row => row.id),
  )
}

async function settleEnded({ database, wakes }: BrakeParts, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0
  let moved = 0
  for (;;) {
    const { rows } = await sql<{ shard: number; due: boolean }>`
      with held as (
        select d.golden_id, d.system, d.object, b.state from delivery d
        join brake b on b.system = d.system and b.object = d.object and b.cause = d.cause
        where d.state = 'held' and d.reason = 'brake' and b.id = any(${ids}::uuid[]) limit ${ROWS_PER_STEP} for update of d skip locked
      )
      update delivery d set state = case when h.state = 'released' then 'pending' else 'frozen' end,
        reason = case when h.state = 'released' then null else 'discarded' end, detail = null,
        due_at = case when h.state = 'released' then now() end,
        counted_at = case when h.state = 'released' then 'infinity'::timestamptz else d.counted_at end
      from held h where d.golden_id = h.golden_id and d.system = h.system and d.object = h.object
      returning d.shard, d.due_at is not null as due
    `.execute(database.kysely)
    if (rows.length === 0) return moved
    moved += rows.length
    wakes.wake('deliver', new Set(rows.filter(row => row.due).map(row => row.shard)))
  }
}
