import { sql } from 'kysely'
import type { Model } from '#rules/matching/model.ts'
import type { Db, Tx } from '../database.ts'

/** Weights as they were estimated. */
export interface MatchingModelRow {
  number: number
  rates: Model['comparisons']
  pairs: number
  trainedBy: string
  trainedAt: Date
}

const columns = sql`number, rates, pairs, trained_by as "trainedBy", trained_at as "trainedAt"`

export async function storeModel(
  db: Db,
  model: Pick<MatchingModelRow, 'rates' | 'pairs' | 'trainedBy'>,
): Promise<MatchingModelRow> {
  const { rows } = await sql<MatchingModelRow>`
    insert into matching_model (rates, pairs, trained_by) values (${JSON.stringify(model.rates)}::jsonb, ${model.pairs}, ${model.trainedBy})
    returning ${columns}
  `.execute(db)
  const [stored] = rows
  if (stored === undefined) throw new Error('the weights were not stored')
  return stored
}

export async function readModel(db: Db, number: number): Promise<MatchingModelRow | undefined> {
  const { rows } = await sql<MatchingModelRow>`select ${columns} from matching_model where number = ${number}`.execute(
    db,
  )
  return rows[0]
}

export async function readModels(db: Db, limit: number): Promise<MatchingModelRow[]> {
  const { rows } = await sql<MatchingModelRow>`
    select ${columns} from matching_model order by number desc limit ${limit}
  `.execute(db)
  return rows
}

/** The act that put the weights in force that are; a null model stands for the built-in ones. Undefined before the first. */
export async function weightsInForce(db: Db): Promise<{ model: number | null; by: string; at: Date } | undefined> {
  const { rows } = await sql<{ model: number | null; by: string; at: Date }>`
    select model, by, at from mapping_publication where kind = 'weights' order by number desc limit 1
  `.execute(db)
  return rows[0]
}

/** Puts weights in force. Returns the number of the publication that processes follow. */
export async function publishWeights(tx: Tx, model: number | null, by: string): Promise<number> {
  const { rows } = await sql<{ number: number }>`
    insert into mapping_publication (kind, changes, by, model) values ('weights', '[]', ${by}, ${model})
    returning number::float8 as number
  `.execute(tx)
  const [publication] = rows
  if (publication === undefined) throw new Error('the publication was not stored')
  return publication.number
}
