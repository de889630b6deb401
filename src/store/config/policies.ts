import { sql } from 'kysely'
import type { JsonObject } from '#model/json.ts'
import type { Db, Tx } from '../database.ts'

/** A policy as it was applied; the newest is in force. */
export interface PolicyRow {
  number: number
  content: JsonObject
  by: string
  at: Date
}

export async function newestPolicy(db: Db): Promise<PolicyRow | undefined> {
  const { rows } = await sql<PolicyRow>`
    select number, content, applied_by as by, applied_at as at from policy_revision order by number desc limit 1
  `.execute(db)
  return rows[0]
}

export async function storePolicy(tx: Tx, content: JsonObject, by: string): Promise<number> {
  const { rows } = await sql<{ number: number }>`
    insert into policy_revision (content, applied_by) values (${JSON.stringify(content)}::jsonb, ${by}) returning number
  `.execute(tx)
  const [stored] = rows
  if (stored === undefined) throw new Error('the policy was not stored')
  return stored.number
}

/** Makes every process take over the newest policy. Returns the number of the publication that they follow. */
export async function publishPolicy(tx: Tx, by: string): Promise<number> {
  const { rows } = await sql<{ number: number }>`
    insert into mapping_publication (kind, changes, by) values ('policy', '[]', ${by}) returning number::float8 as number
  `.execute(tx)
  const [publication] = rows
  if (publication === undefined) throw new Error('the publication was not stored')
  return publication.number
}
