import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Entity } from '#model/entities.ts'
import { blockingKeys } from '#rules/matching/blocking.ts'
import { type Features, featuresOf } from '#rules/matching/features.ts'
import { type Counted, countedValues } from '#rules/matching/frequency.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { assertedValues } from '../golden.ts'
import { remoteText, type Source } from '../rows.ts'
import { isMatched } from './settings.ts'

/** A source record as matching sees it. */
export interface MatchRecord {
  system: string
  object: string
  remoteId: string
  entity: Entity
  features: Features
  keys: string[]
}

/** What a source record of a person or an account says about who it is; undefined for others, and for deleted ones. */
export function matchRecord(source: Source): MatchRecord | undefined {
  const { system, object, remoteId, entity } = source
  if (!isMatched(entity) || source.tombstone) return undefined
  const features = featuresOf(entity, assertedValues(source))
  const keys = blockingKeys(entity, features).map(hash)
  return { system, object, remoteId, entity, features, keys: [...new Set(keys)] }
}

/** A text as a signed 64-bit number, which PostgreSQL indexes in half the room. */
function hash(text: string): string {
  return createHash('sha1').update(text).digest().readBigInt64BE(0).toString()
}

export function countHash(entity: Entity, counted: Counted | 'records', value: string): string {
  return hash(`${entity} ${counted} ${value}`)
}

/**
 * Stores what changed: features, keys, and how often values occur. Returns how many were stored. The first statement tells
 * what was there before, so that counts move by the difference.
 */
export async function storeMatchRecords(tx: Tx, records: readonly MatchRecord[]): Promise<number> {
  if (records.length === 0) return 0
  const rows = records.map(({ system, object, remoteId, entity, features, keys }) => ({
    system,
    object,
    remote_id: remoteId,
    entity,
    features,
    keys,
  }))
  const { rows: changed } = await sql<{ system: string; object: string; remote_id: string; before: Features | null }>`
    with input as materialized (
      select * from json_to_recordset(${storedJson(rows)}::json) as t(system text, object text, remote_id text, entity text, features jsonb, keys bigint[])
    ), before as materialized (
      select m.* from match_record m join input i using (system, object, remote_id)
    ), dropped as (
      delete from match_key k using before b, input i
      where i.system = b.system and i.object = b.object and i.remote_id = b.remote_id and k.record_id = b.id
        and k.key = any(b.keys) and not k.key = any(i.keys)
    ), stored as (
      insert into match_record as m (system, object, remote_id, entity, features, keys)
      select system, object, remote_id, entity, features, keys from input
      on conflict (system, object, remote_id) do update set entity = excluded.entity, features = excluded.features, keys = excluded.keys,
        stored_at = now(), looked_at = null
      where m.features is distinct from excluded.features
      returning m.*
    ), keyed as (
      insert into match_key (key, record_id) select unnest(keys), id from stored on conflict do nothing
    )
    select s.system, s.object, s.remote_id, b.features as before from stored s left join before b using (system, object, remote_id)
  `.execute(tx)
  await storeCounts(tx, records, changed)
  return changed.length
}

async function storeCounts(
  tx: Tx,
  records: readonly MatchRecord[],
  changed: readonly { system: string; object: string; remote_id: string; before: Features | null }[],
): Promise<void> {
  const byText = new Map(records.map(record => [remoteText(record.system, record.object, record.remoteId), record]))
  const counts = new Map<string, number>()
  const add = (value: string, n: number): void => void counts.set(value, (counts.get(value) ?? 0) + n)
  for (const { system, object, remote_id, before } of changed) {
    const record = byText.get(remoteText(system, object, remote_id))
    if (record === undefined) continue
    const { entity } = record
    for (const [counted, value] of countedValues(record.features)) add(countHash(entity, counted, value), 1)
    if (before === null) add(countHash(entity, 'records', ''), 1)
    else for (const [counted, value] of countedValues(before)) add(countHash(entity, counted, value), -1)
  }
  const moved = [...counts].filter(([, n]) => n !== 0).map(([value, n]) => ({ value, n }))
  if (moved.length === 0) return
  await sql`
    insert into match_count (value, n) select value, n from json_to_recordset(${storedJson(moved)}::json) as t(value bigint, n integer)
  `.execute(tx)
}

const FOLDED_PER_TURN_MAX = 20_000

/** Folds counts of the same value into one row, as many values as one turn may take. Returns how many were folded. */
export async function foldCounts(tx: Tx): Promise<number> {
  const { rows } = await sql<{ folded: number }>`
    with many as materialized (
      select value from match_count group by value having count(*) > 1 limit ${FOLDED_PER_TURN_MAX}
    ), gone as (
      delete from match_count c using many m where c.value = m.value returning c.value, c.n
    ), folded as (
      insert into match_count (value, n) select value, sum(n)::integer from gone group by value having sum(n) <> 0 returning 1
    )
    select count(*)::integer as folded from folded
  `.execute(tx)
  return rows[0]?.folded ?? 0
}
