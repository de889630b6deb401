import { sql } from 'kysely'
import type { Entity } from '#model/entities.ts'
import type { JsonObject } from '#model/json.ts'
import type { SourceFields } from '#rules/statement/source-field.ts'
import { unpackProvenance } from '#rules/survivorship/packed-provenance.ts'
import type { Provenance, StewardValue } from '#rules/survivorship/survivorship.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { SUPPRESSING } from '#store/customers/suppression.ts'

/** A source record as resolve sees it. */
export interface Source {
  system: string
  object: string
  remoteId: string
  entity: Entity
  fields: SourceFields
  tombstone: boolean
  /** Its vendor merged it into another record: it says nothing any more, but who it was is still known by its keys. */
  alias: boolean
}

/** A changed source record that waits to be resolved. */
export interface WorkItem extends Source {
  eventId: string | undefined
  traceId: string
  /** Its event was replayed: the golden record is planned again even if nothing changed. */
  replay: boolean
  /** 1: it was loaded by first link, and goes behind live work. */
  priority: number
  /** Why it is resolved, where its own source record did not change. */
  cause: string | null
}

interface SourceColumns {
  system: string
  object: string
  remote_id: string
  entity: Entity
  fields: SourceFields
  tombstone: boolean
  alias: boolean
}

function source(row: SourceColumns): Source {
  return {
    system: row.system,
    object: row.object,
    remoteId: row.remote_id,
    entity: row.entity,
    fields: row.fields,
    tombstone: row.tombstone,
    alias: row.alias,
  }
}

interface WorkColumns {
  system: string
  object: string
  remote_id: string
  event_id: string | null
  trace_id: string
  replay: boolean
  priority: number
  cause: string | null
}

/**
 * Takes the oldest work of a shard. A statement that arrives from now on makes new work; one that arrived while the rows
 * were being taken is seen, since the source records are read by a statement of their own, with a newer snapshot.
 */
export async function claimWork(tx: Tx, shard: number, limit: number): Promise<WorkItem[]> {
  const taken = await sql<WorkColumns>`
    with taken as (
      delete from resolve_work w using (
        select system, object, remote_id from resolve_work where shard = ${shard} order by priority, since limit ${limit} for update) t
      where w.system = t.system and w.object = t.object and w.remote_id = t.remote_id
      returning w.*
    )
    select system, object, remote_id, event_id, trace_id, replay, priority, cause from taken order by since, system, object, remote_id
  `.execute(tx)
  if (taken.rows.length === 0) return []
  const keys = taken.rows.map(({ system, object, remote_id }, n) => ({ n, system, object, remote_id }))
  const { rows } = await sql<SourceColumns & { n: number }>`
    select k.n, s.system, s.object, s.remote_id, s.entity, s.fields, s.tombstone_at is not null as tombstone, r.alias_of is not null as alias
    from json_to_recordset(${storedJson(keys)}::json) as k(n int, system text, object text, remote_id text)
    join source_record s on s.system = k.system and s.object = k.object and s.remote_id = k.remote_id
    left join remote_record r on r.system = k.system and r.object = k.object and r.remote_id = k.remote_id order by k.n
  `.execute(tx)
  return rows.flatMap(row => {
    const work = taken.rows[row.n]
    if (work === undefined) return []
    const { trace_id: traceId, replay, priority, cause } = work
    return [{ ...source(row), eventId: work.event_id ?? undefined, traceId, replay, priority, cause }]
  })
}

export interface KeyRow {
  entity: string
  kind: string
  value: string
}

/** Locks identity keys (held to the end of the transaction) in one order, so that two batches never create one customer twice. */
export async function lockKeys(tx: Tx, keys: readonly KeyRow[]): Promise<void> {
  if (keys.length === 0) return
  await sql`
    select pg_advisory_xact_lock(k) from (
      select distinct hashtextextended(entity || ' ' || kind || ' ' || value, 2) as k
      from json_to_recordset(${storedJson(keys)}::json) as t(entity text, kind text, value text) order by 1) locks
  `.execute(tx)
}

export interface Owners {
  /** Whether anybody was ever erased. */
  suppressing: boolean
  keys: (KeyRow & { goldenId: string })[]
  /** By system, object and remote id: its golden record, and that of the remote record that its vendor merged it with. */
  remotes: Map<string, { goldenId: string | undefined; aliasGoldenId: string | undefined }>
}

interface OwnerColumns {
  suppressing: boolean
  a: string | null
  b: string
  c: string
  golden_id: string | null
  is_key: boolean
  alias_golden_id: string | null
}

/** Which golden records own the keys, and which hold the remote records. Read after locking. */
export async function readOwners(tx: Tx, keys: readonly KeyRow[], items: readonly Source[]): Promise<Owners> {
  const { rows } = await sql<OwnerColumns>`
    select owners.*, suppressing from (select ${SUPPRESSING} as suppressing) erasures left join (
    select t.entity as a, t.kind as b, t.value as c, i.golden_id, true as is_key, null::uuid as alias_golden_id
    from json_to_recordset(${storedJson(keys)}::json) as t(entity text, kind text, value text)
    join identity_key i on i.entity = t.entity and i.kind = t.kind and i.value = t.value
    union all
    select t.system, t.object, t."remoteId", r.golden_id, false, coalesce(a.golden_id, l.golden_id)
    from json_to_recordset(${storedJson(items.map(({ system, object, remoteId }) => ({ system, object, remoteId })))}::json)
      as t(system text, object text, "remoteId" text)
    left join remote_record r on r.system = t.system and r.object = t.object and r.remote_id = t."remoteId"
    left join remote_record a on a.system = r.system and a.object = r.object and a.remote_id = r.alias_of
    left join lateral (select golden_id from remote_record l
      where l.system = t.system and l.object = t.object and l.alias_of = t."remoteId" and l.golden_id is not null order by l.remote_id limit 1) l on true
    where coalesce(r.golden_id, a.golden_id, l.golden_id) is not null) owners on true
  `.execute(tx)
  const owners: Owners = { suppressing: rows[0]?.suppressing === true, keys: [], remotes: new Map() }
  for (const row of rows) {
    if (row.a === null) continue
    if (!row.is_key)
      owners.remotes.set(remoteText(row.a, row.b, row.c), {
        goldenId: row.golden_id ?? undefined,
        aliasGoldenId: row.alias_golden_id ?? undefined,
      })
    else if (row.golden_id !== null)
      owners.keys.push({ entity: row.a, kind: row.b, value: row.c, goldenId: row.golden_id })
  }
  return owners
}

export function remoteText(system: string, object: string, remoteId: string): string {
  return `${system}\n${object}\n${remoteId}`
}

/** A golden record with everything that is needed to compute it anew. */
export interface StoredGolden {
  id: string
  entity: Entity
  version: number
  fields: JsonObject
  provenance: Record<string, Provenance>
  state: string
  mergedInto: string | undefined
  steward: Record<string, StewardValue> | undefined
  sources: Source[]
  keys: KeyRow[]
  remoteCount: number
}

interface GoldenColumns {
  id: string
  entity: Entity
  version: number
  fields: JsonObject
  provenance: JsonObject
  state: string
  merged_into: string | null
  steward: Record<string, StewardValue> | null
}

/** Locks golden records in order of their ids and reads them with their source records and keys. */
export function lockGoldens(tx: Tx, ids: readonly string[]): Promise<Map<string, StoredGolden>> {
  return readGoldens(tx, ids, 'lock')
}

/** Golden records with their source records and keys; without a lock only for a look at them. */
export async function readGoldens(
  tx: Tx,
  ids: readonly string[],
  lock: 'lock' | 'look',
): Promise<Map<string, StoredGolden>> {
  if (ids.length === 0) return new Map()
  const list = [...ids].sort()
  const { rows } = await sql<GoldenColumns>`
    select id, entity, version, fields, provenance, state, merged_into, steward from golden_record
    where id = any(${list}::uuid[]) order by id ${lock === 'lock' ? sql`for update` : sql``}
  `.execute(tx)
  const goldens = new Map<string, StoredGolden>()
  for (const { merged_into, steward, provenance, ...row } of rows) {
    goldens.set(row.id, {
      ...row,
      provenance: unpackProvenance(provenance),
      mergedInto: merged_into ?? undefined,
      steward: steward ?? undefined,
      sources: [],
      keys: [],
      remoteCount: 0,
    })
  }
  const members = await sql<SourceColumns & { golden_id: string; has_source: boolean }>`
    select r.golden_id, r.system, r.object, r.remote_id, s.entity, s.fields, s.system is not null as has_source,
      s.tombstone_at is not null as tombstone, r.alias_of is not null as alias
    from remote_record r left join source_record s on s.system = r.system and s.object = r.object and s.remote_id = r.remote_id
    where r.golden_id = any(${list}::uuid[])
  `.execute(tx)
  for (const row of members.rows) {
    const golden = goldens.get(row.golden_id)
    if (golden === undefined) continue
    golden.remoteCount += 1
    if (row.has_source) golden.sources.push(source(row))
  }
  const keys = await sql<KeyRow & { golden_id: string }>`
    select entity, kind, value, golden_id from identity_key where golden_id = any(${list}::uuid[])
  `.execute(tx)
  for (const { golden_id, ...key } of keys.rows) goldens.get(golden_id)?.keys.push(key)
  return goldens
}

/** Pairs of these golden records that a person called "never the same"; what was said of those merged into them holds for them. */
export async function readNever(tx: Tx, ids: readonly string[]): Promise<{ left: string; right: string }[]> {
  const { rows } = await sql<{ left: string; right: string }>`
    with members as materialized (
      select id as now, id as said from unnest(${ids}::uuid[]) id
      union all select merged_into, id from golden_record where merged_into = any(${ids}::uuid[])
    )
    select l.now as left, r.now as right from members l join review v on v.left_id = l.said and v.state = 'never'
    join members r on r.said = v.right_id
  `.execute(tx)
  return rows
}
