import { sql } from 'kysely'
import type { Entity } from '#model/entities.ts'
import type { Features } from '#rules/matching/features.ts'
import type { TrainingInput, TrainingPair } from '#rules/matching/train.ts'
import type { Tx } from '#store/database.ts'
import { readFrequencies } from './candidates.ts'
import type { MatchRecord } from './records.ts'

const PAIRS_MAX = 5_000
/** A key that more records share says little: pairs under it would crowd out the others. */
const RECORDS_PER_KEY_MAX = 12

interface PairColumns {
  entity: Entity
  left: Features
  right: Features
}

/** Pairs of stored records to estimate weights from: a sample of those that share a key, and one of pairs by chance. */
export async function readTraining(tx: Tx): Promise<TrainingInput> {
  const near = await sql<PairColumns>`
    with sample as materialized (select id, keys from match_record order by hashint8(id) limit ${PAIRS_MAX}),
    pairs as materialized (
      select distinct s.id as left_id, k.record_id as right_id from sample s cross join lateral unnest(s.keys) as key
      cross join lateral (select record_id from match_key m where m.key = key limit ${RECORDS_PER_KEY_MAX}) k
      where k.record_id < s.id limit ${PAIRS_MAX}
    )
    select l.entity, l.features as left, r.features as right from pairs p
    join match_record l on l.id = p.left_id join match_record r on r.id = p.right_id where l.entity = r.entity
  `.execute(tx)
  const random = await sql<PairColumns>`
    with sample as materialized (select row_number() over (order by hashint8(id)) as n, id from match_record order by hashint8(id) limit ${PAIRS_MAX})
    select l.entity, l.features as left, r.features as right from sample a join sample b on b.n = a.n + 1
    join match_record l on l.id = a.id join match_record r on r.id = b.id where l.entity = r.entity
  `.execute(tx)
  const records = near.rows.map(({ entity, left }): MatchRecord => ({
    system: '',
    object: '',
    remoteId: '',
    entity,
    features: left,
    keys: [],
  }))
  const contextOf = await readFrequencies(tx, records)
  return { near: near.rows satisfies TrainingPair[], random: random.rows, contextOf }
}
