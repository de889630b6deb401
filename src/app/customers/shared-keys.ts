import { sql } from 'kysely'
import type { SharedKey } from '#console/actions/customers.ts'
import { entityModel } from '#model/fields.ts'
import { type GoldenPolicy, sourceKeys } from '#resolve/golden.ts'
import type { Source } from '#resolve/rows.ts'
import type { Database } from '#store/database.ts'

const RECORDS_MAX = 500

/** The strong keys that several source records of a customer state: what holds them together at once. */
export async function sharedKeys(database: Database, policy: GoldenPolicy, goldenId: string): Promise<SharedKey[]> {
  const { rows } = await sql<Source>`
    select s.system, s.object, s.remote_id as "remoteId", s.entity, s.fields, s.tombstone_at is not null as tombstone, r.alias_of is not null as alias
    from remote_record r join source_record s on s.system = r.system and s.object = r.object and s.remote_id = r.remote_id
    where r.golden_id = ${goldenId} order by s.system, s.object, s.remote_id limit ${RECORDS_MAX}
  `.execute(database.kysely)
  const found = new Map<string, SharedKey>()
  for (const source of rows) {
    if (entityModel(source.entity).class !== 'mastered') continue
    const { system, object, remoteId } = source
    for (const { kind, value } of sourceKeys(source, policy)) {
      const key = found.get(`${kind} ${value}`) ?? { kind, value, records: [] }
      key.records.push({ system, object, remoteId })
      found.set(`${kind} ${value}`, key)
    }
  }
  return [...found.values()].filter(key => key.records.length > 1)
}
