import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import type { Database } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { createQualityCount, type SampledRecord } from './count.ts'

/** Source records looked at a day, of all systems together: enough for rates, and a few seconds of work. */
const SAMPLE_MAX = 10_000
const RECORDS_PER_PAGE = 500
const DAYS_KEPT = 400
const DAY_MS = 86_400_000

export interface QualityParts {
  database: Database
  config: Pick<HubConfig, 'hub'>
  nowMs: () => number
}

interface Key {
  system: string
  object: string
  remote_id: string
}

/** Counts a sample of the living source records, and keeps it as that of today. Returns how many records were looked at. */
export async function measureQuality({ database, config, nowMs }: QualityParts): Promise<{ records: number }> {
  const startedMs = nowMs()
  const count = createQualityCount({ defaultCountry: config.hub.defaultCountry, nowMs: startedMs })
  const keys = await sampleKeys(database, Math.floor(startedMs / DAY_MS))
  for (let from = 0; from < keys.length; from += RECORDS_PER_PAGE) {
    for (const record of await readPage(database, keys.slice(from, from + RECORDS_PER_PAGE))) count.add(record)
    await setImmediate()
  }
  const day = new Date(startedMs).toISOString().slice(0, 10)
  await database.transaction(async tx => {
    await sql`delete from quality_snapshot where day = ${day}::date or day < ${day}::date - ${DAYS_KEPT}::int`.execute(
      tx,
    )
    await sql`
      insert into quality_snapshot (day, system, object, entity, field, records, stated, judged, valid, compared, conflicting, age_days)
      select ${day}::date, system, object, entity, field, records, stated, judged, valid, compared, conflicting, "ageDays"
      from json_to_recordset(${storedJson(count.results())}::json) as t(system text, object text, entity text, field text, records int,
        stated int, judged int, valid int, compared int, conflicting int, "ageDays" real)
    `.execute(tx)
  })
  return { records: keys.length }
}

/** Today's, unless it was taken already. */
export async function measureDaily(parts: QualityParts): Promise<void> {
  const day = new Date(parts.nowMs()).toISOString().slice(0, 10)
  const { rows } = await sql`select from quality_snapshot where day = ${day}::date limit 1`.execute(
    parts.database.kysely,
  )
  if (rows.length === 0) await measureQuality(parts)
}

/**
 * Records of some pages: the work stays the same however many there are. Each day has pages of its own, and the same ones
 * when it is counted again.
 */
async function sampleKeys(database: Database, day: number): Promise<Key[]> {
  const { rows: sizes } = await sql<{ n: number }>`
    select greatest(reltuples, 1)::float8 as n from pg_class where oid = 'source_record'::regclass
  `.execute(database.kysely)
  const percent = Math.min(100, (120 * SAMPLE_MAX) / (sizes[0]?.n ?? 1))
  const { rows } = await sql<Key>`
    select * from (
      select system, object, remote_id from source_record tablesample system (${percent}) repeatable (${day})
      where tombstone_at is null limit ${SAMPLE_MAX}) sampled
    order by system, object, remote_id
  `.execute(database.kysely)
  return rows
}

async function readPage(database: Database, keys: readonly Key[]): Promise<SampledRecord[]> {
  const { rows } = await sql<SampledRecord>`
    select s.system, s.object, s.entity, s.fields, g.fields as golden,
      exists (select from remote_record o where o.golden_id = g.id and (o.system, o.object, o.remote_id) <> (s.system, s.object, s.remote_id)
        and o.alias_of is null and o.tombstone_at is null) as "hasOthers"
    from json_to_recordset(${storedJson(keys)}::json) as k(system text, object text, remote_id text)
    join source_record s on s.system = k.system and s.object = k.object and s.remote_id = k.remote_id
    join remote_record r on r.system = s.system and r.object = s.object and r.remote_id = s.remote_id
    join golden_record g on g.id = r.golden_id
    order by s.system, s.object, s.remote_id
  `.execute(database.kysely)
  return rows
}
