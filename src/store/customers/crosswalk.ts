import { sql } from 'kysely'
import { type Ask, askText } from '#mapping/asks.ts'
import type { Db } from '../database.ts'
import { primaryOrder } from './primary.ts'
import { storedJson } from '../stored-json.ts'

/** Of any text, whether it can be a golden id. */
export const isGoldenId = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

/** What outbound mappings ask: of golden ids, the ids of the remote records that the hub writes. By `askText`. */
export async function findRemoteIds(db: Db, asks: readonly Ask[]): Promise<Map<string, string>> {
  const possible = asks.filter(({ id }) => isGoldenId(id))
  if (possible.length === 0) return new Map()
  // A remote record of a part (`order/person`) is no record of the system.
  const { rows } = await sql<{ n: number; found: string }>`
    select k.n, r.remote_id as found
    from json_to_recordset(${storedJson(possible.map((ask, n) => ({ n, ...ask })))}::json) as k(n int, system text, object text, id uuid)
    cross join lateral (
      select remote_id from remote_record r where r.golden_id = k.id and r.system = k.system and r.object = k.object
        and r.tombstone_at is null and r.alias_of is null and position('/' in r.object) = 0
      order by ${primaryOrder('r')} limit 1) r
  `.execute(db)
  return byAsk(possible, rows)
}

/** What inbound mappings ask: of remote records, the golden ids that they belong to. By `askText`. */
export async function findGoldenIds(db: Db, asks: readonly Ask[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ n: number; found: string }>`
    select k.n, r.golden_id as found
    from json_to_recordset(${storedJson(asks.map((ask, n) => ({ n, ...ask })))}::json) as k(n int, system text, object text, id text)
    join remote_record r on r.system = k.system and r.object = k.object and r.remote_id = k.id
    where r.golden_id is not null
  `.execute(db)
  return byAsk(asks, rows)
}

function byAsk(asks: readonly Ask[], rows: readonly { n: number; found: string }[]): Map<string, string> {
  return new Map(
    rows.flatMap(({ n, found }) => {
      const ask = asks[n]
      return ask === undefined ? [] : [[askText(ask), found] as const]
    }),
  )
}
