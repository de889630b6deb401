import { sql } from 'kysely'
import { remoteShard } from '#model/shard.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import type { ActParts } from '../acts/act.ts'
import { takeTornApart, type TornCustomer } from '../acts/torn-apart.ts'
import { findMatches, type StoredRecord, storedToMatch } from './match.ts'
import type { MatchingSettings } from './settings.ts'

const RECORDS_PER_LOOK_MAX = 50
/** Batches that were under way when a record was resolved have ended by then. */
const OLDER_THAN_MS = 10_000

interface SecondLookParts {
  acts: ActParts
  matching?: (() => MatchingSettings | undefined) | undefined
}

/**
 * Two records that two batches resolve at the same moment do not see each other. So each stored record is compared once
 * more, some seconds later; one that matches another customer is resolved again. So is what it shows to have been linked too early:
 * a record that fits it as well as the customer to whom weak evidence had brought it.
 */
export function createSecondLook(parts: SecondLookParts) {
  return async ({ olderThanMs = OLDER_THAN_MS } = {}): Promise<{ more: boolean }> => {
    const matching = parts.matching?.()
    if (matching === undefined) return { more: false }
    const found = await parts.acts.database.transaction(tx => look(parts.acts, tx, matching, olderThanMs))
    parts.acts.wake('resolve', found.shards)
    for (const torn of found.torn) await takeTornApart(parts.acts, torn)
    return { more: found.looked === RECORDS_PER_LOOK_MAX }
  }
}

async function look(
  parts: ActParts,
  tx: Tx,
  matching: MatchingSettings,
  olderThanMs: number,
): Promise<{ looked: number; shards: number[]; torn: TornCustomer[] }> {
  const { rows } = await sql<StoredRecord>`
    with due as materialized (
      select id from match_record where looked_at is null and stored_at <= now() - ${olderThanMs} * interval '1 millisecond'
      order by stored_at limit ${RECORDS_PER_LOOK_MAX} for update skip locked
    ), looked as (
      update match_record m set looked_at = now() from due where m.id = due.id returning m.*
    )
    select m.system, m.object, m.remote_id, m.entity, m.features, m.keys::text[] as keys, o.golden_id from looked m
    join remote_record o on o.system = m.system and o.object = m.object and o.remote_id = m.remote_id where o.golden_id is not null
  `.execute(tx)
  if (rows.length === 0) return { looked: 0, shards: [], torn: [] }
  const batch = rows.map(storedToMatch)
  const { evidence } = await findMatches(tx, batch, matching)
  const again = rows.filter((_, n) => (evidence[n]?.links.size ?? 0) > 0)
  const work = again.map(({ system, object, remote_id }) => ({
    system,
    object,
    remote_id,
    shard: remoteShard(system, object, remote_id, parts.shards),
    trace_id: parts.ids.traceId(),
  }))
  await sql`
    insert into resolve_work (system, object, remote_id, shard, since, trace_id, cause)
    select system, object, remote_id, shard, now(), trace_id, 'match'
    from json_to_recordset(${storedJson(work)}::json) as t(system text, object text, remote_id text, shard smallint, trace_id text)
    on conflict do nothing
  `.execute(tx)
  const torn = evidence.flatMap(found => [...found.torn].map(([goldenId, recordIds]) => ({ goldenId, recordIds })))
  return { looked: rows.length, shards: [...new Set(work.map(row => row.shard))], torn }
}
