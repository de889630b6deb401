import type { QueryResultRow } from 'pg'
import type { Stand } from './stand.ts'

/** Runs one statement on the hub's database, beside the hub. */
export async function sql<Row extends QueryResultRow>(
  stand: Stand,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await stand.database.query<Row>(text, values)).rows
}
