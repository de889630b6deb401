import { sql } from 'kysely'
import { entityModel } from '#model/fields.ts'
import type { JsonObject } from '#model/json.ts'
import { type IdentityOptions, strongKeys } from '#rules/identity.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { keyText, type RemoteKey } from './rows.ts'
import type { Statement } from './statements.ts'

/** Whose a remote record is that was never heard of, and what a create of ours under way writes to it. */
export interface Newcomer {
  goldenId: string
  inFlight: readonly JsonObject[]
}

interface NewcomerColumns {
  n: number
  golden_id: string
  by_id: boolean
  in_flight: JsonObject[] | null
}

/**
 * Remote records that are reported for the first time may be our own creates, whose reply is still to come or was lost:
 * they are known by the strong keys of a create in flight, or by our own id where the vendor keeps it (`@externalId`). What
 * is found is linked at once, since an echo asserts no key by which it could be found later. By `keyText`.
 */
export async function linkNewcomers(
  tx: Tx,
  statements: readonly Statement[],
  options: IdentityOptions,
): Promise<Map<string, Newcomer>> {
  const asked = statements
    .map((statement, n) => ({
      n,
      system: statement.system,
      object: statement.object,
      remote_id: statement.remoteId,
      entity: statement.entity,
      external_id: statement.externalId,
      keys: keysOf(statement, options),
    }))
    .filter(({ keys, external_id: id }) => keys.length > 0 || id !== undefined)
  if (asked.length === 0) return new Map()
  const found = chosen(await owners(tx, asked))
  const newcomers = new Map<string, Newcomer>()
  const links: (RemoteKey & { goldenId: string })[] = []
  for (const [n, row] of found) {
    const statement = statements[n]
    if (statement === undefined) continue
    const { system, object, remoteId } = statement
    newcomers.set(keyText(statement), { goldenId: row.golden_id, inFlight: row.in_flight ?? [] })
    links.push({ system, object, remoteId, goldenId: row.golden_id })
  }
  await link(tx, links)
  return newcomers
}

function keysOf(statement: Statement, options: IdentityOptions): { kind: string; value: string }[] {
  if (entityModel(statement.entity).class !== 'mastered') return []
  return strongKeys(statement.entity, statement.fields, options).map(({ kind, value }) => ({ kind, value }))
}

/** The vendor's copy of our id tells for sure; keys tell only where they name one golden record. */
function chosen(rows: readonly NewcomerColumns[]): Map<number, NewcomerColumns> {
  const found = new Map<number, NewcomerColumns>()
  for (const [n, group] of Map.groupBy(rows, row => row.n)) {
    const byId = group.find(row => row.by_id)
    const [first] = group
    const isOne = group.every(row => row.golden_id === first?.golden_id)
    const row = byId ?? (isOne ? first : undefined)
    if (row !== undefined) found.set(n, row)
  }
  return found
}

async function owners(tx: Tx, asked: readonly object[]): Promise<readonly NewcomerColumns[]> {
  const { rows } = await sql<NewcomerColumns>`
    with input as materialized (
      select * from json_to_recordset(${storedJson(asked)}::json)
        as t(n int, system text, object text, entity text, external_id uuid, keys json)
    ), owner as (
      select input.n, coalesce(w.merged_into, g.merged_into, g.id) as golden_id, true as by_id
      from input join golden_record g on g.id = input.external_id and g.entity = input.entity and g.state <> 'erased'
      left join golden_record w on w.id = g.merged_into
      union all
      select n, golden_id, false from (
        -- Key by key, also by a plan that was made while the tables were small.
        select input.n, (select i.golden_id from identity_key i where i.entity = input.entity and i.kind = k.kind and i.value = k.value) as golden_id
        from input cross join json_to_recordset(input.keys) as k(kind text, value text)) known
      where golden_id is not null
    )
    select distinct on (o.n, o.golden_id, o.by_id) o.n, o.golden_id, o.by_id, d.in_flight_fields as in_flight
    from owner o join input on input.n = o.n
    left join lateral (
      select d.golden_id, d.in_flight_fields from delivery d
      where d.golden_id = o.golden_id and d.system = input.system and d.object = input.object and d.in_flight_fields is not null
        and not exists (select from remote_record r where r.golden_id = o.golden_id and r.system = d.system and r.object = d.object
          and r.is_primary and r.tombstone_at is null)
      offset 0) d on true
    where o.by_id or d.golden_id is not null
  `.execute(tx)
  return rows
}

/** The first one of a golden record there is its primary one; which of several is said by who moves them later. */
async function link(tx: Tx, links: readonly (RemoteKey & { goldenId: string })[]): Promise<void> {
  if (links.length === 0) return
  await sql`
    insert into remote_record as r (system, object, remote_id, golden_id, is_primary)
    select system, object, "remoteId", "goldenId",
      not exists (select from remote_record o where o.golden_id = t."goldenId" and o.system = t.system and o.object = t.object and o.is_primary)
      and row_number() over (partition by system, object, "goldenId" order by "remoteId") = 1
    from json_to_recordset(${storedJson(links)}::json) as t(system text, object text, "remoteId" text, "goldenId" uuid)
    on conflict (system, object, remote_id) do update set golden_id = coalesce(r.golden_id, excluded.golden_id)
  `.execute(tx)
}
