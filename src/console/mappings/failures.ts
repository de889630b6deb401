import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import type { Db } from '#store/database.ts'
import { uuidOfMs } from '#store/partitions.ts'
import { usesOf } from './uses.ts'

/** How many events or deliveries died of a mapping. */
export type Failures = (mapping: string) => number

const HOUR_MS = 3_600_000
const EVENT_REASONS = ['mapping_failed', 'mapping_shape', 'schema_violation']
const DELIVERY_REASONS = ['mapping_failed', 'mapping_shape']

/** Counts what died of mappings within the last hour, by the index of what is dead. */
export async function readFailures(
  db: Db,
  config: Pick<HubConfig, 'routes' | 'systems'>,
  nowMs: number,
): Promise<Failures> {
  const since = nowMs - HOUR_MS
  const { rows } = await sql<{ place: string; n: number }>`
    select 'in ' || system || '/' || object as place, count(*)::int as n from event
    where state = 'dead' and id >= ${uuidOfMs(since)}::uuid and reason = any(${EVENT_REASONS}::text[]) group by system, object
    union all
    select 'out ' || system || '/' || object, count(*)::int from delivery
    where state = 'dead' and settled_at >= to_timestamp(${since} / 1000.0) and reason = any(${DELIVERY_REASONS}::text[])
    group by system, object
  `.execute(db)
  const counts = new Map(rows.map(({ place, n }) => [place, n]))
  return mapping =>
    usesOf(config, mapping).reduce(
      (sum, { direction, system, object }) => sum + (counts.get(`${direction} ${system}/${object}`) ?? 0),
      0,
    )
}
