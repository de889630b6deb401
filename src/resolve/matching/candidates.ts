import { sql } from 'kysely'
import type { Features } from '#rules/matching/features.ts'
import { type Counted, countedValues, type Frequency, frequencyFrom } from '#rules/matching/frequency.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { countHash, type MatchRecord } from './records.ts'

/** Records looked at per key, and compared per record: what bounds the work for names that thousands bear. */
const RECORDS_PER_KEY_MAX = 100
const COMPARED_PER_RECORD_MAX = 30

/** A stored record that shares keys with the one at index `n`. */
export interface MatchCandidate {
  n: number
  goldenId: string
  features: Features
}

/**
 * For each record the stored ones that share the rarest keys with it, with the golden record that each belongs to now. A key
 * counts the more, the fewer share it (its logarithm, in whole numbers so that equals stay equal). Index look-ups only; a key
 * that many records share yields its newest.
 */
export async function readCandidates(tx: Tx, records: readonly MatchRecord[]): Promise<MatchCandidate[]> {
  const input = records.map(({ keys }, n) => ({ n, keys }))
  if (input.length === 0) return []
  const { rows } = await sql<{ n: number; golden_id: string; features: Features }>`
    with near as materialized (
      select i.n, best.record_id from json_to_recordset(${storedJson(input)}::json) as i(n int, keys bigint[])
      cross join lateral (
        select record_id from unnest(i.keys) as shared(key) cross join lateral (
          select record_id, count(*) over () as sharing from (
            select record_id from match_key k where k.key = shared.key order by record_id desc limit ${RECORDS_PER_KEY_MAX}) newest
        ) h
        group by record_id order by sum(round(700 - 100 * ln(sharing::float8))) desc, record_id desc limit ${COMPARED_PER_RECORD_MAX}
      ) best
    )
    select r.n, o.golden_id, m.features from near r
    join match_record m on m.id = r.record_id
    join remote_record o on o.system = m.system and o.object = m.object and o.remote_id = m.remote_id
    where o.golden_id is not null
  `.execute(tx)
  return rows.map(({ n, golden_id, features }) => ({ n, goldenId: golden_id, features }))
}

const MEMBERS_PER_GOLDEN_MAX = 30

/** A stored record of a customer. */
export interface Member {
  id: string
  features: Features
}

/** What the source records of golden records say, the newest of each. */
export async function readMembers(tx: Tx, goldenIds: readonly string[]): Promise<Map<string, Member[]>> {
  if (goldenIds.length === 0) return new Map()
  const { rows } = await sql<Member & { golden_id: string }>`
    select g.id as golden_id, m.id::text as id, m.features from unnest(${[...goldenIds]}::uuid[]) as g(id)
    cross join lateral (
      select m.id, m.features from remote_record o
      join match_record m on m.system = o.system and m.object = o.object and m.remote_id = o.remote_id
      where o.golden_id = g.id order by m.id desc limit ${MEMBERS_PER_GOLDEN_MAX}) m
  `.execute(tx)
  return Map.groupBy(rows, row => row.golden_id)
}

/** How common the values of these records are among all stored ones, per entity. */
export async function readFrequencies(
  tx: Tx,
  records: readonly MatchRecord[],
): Promise<(entity: MatchRecord['entity']) => { frequency: Frequency; recordsKnown: number }> {
  // By text, too: a hash takes longer than all else that is asked of a count, and each comparison asks.
  const texts = new Map<string, string>()
  for (const { entity, features } of records) {
    for (const [counted, value] of [['records', ''] as const, ...countedValues(features)])
      texts.set(countHash(entity, counted, value), `${entity} ${counted} ${value}`)
  }
  const { rows } = await sql<{ value: string; n: number }>`
    select value::text as value, sum(n)::float8 as n from match_count where value = any(${[...texts.keys()]}::bigint[]) group by value
  `.execute(tx)
  const counts = new Map(rows.map(({ value, n }) => [texts.get(value), n]))
  return entity => {
    const count = (counted: Counted | 'records', value: string): number =>
      counts.get(`${entity} ${counted} ${value}`) ?? 0
    const recordsKnown = count('records', '')
    return { recordsKnown, frequency: frequencyFrom(count, recordsKnown) }
  }
}
