import { sql } from 'kysely'
import type { ReadingParts } from './reading.ts'

/** What waits for a person, and which mappings are in force. */
export async function systemSigns({ database, metrics }: ReadingParts): Promise<void> {
  const [brakes, flips, reviews, mappings] = await Promise.all([
    sql<{ system: string; object: string; n: number }>`
      select system, object, count(*)::int as n from brake where state = 'on' group by system, object
    `.execute(database.kysely),
    sql<{ system: string; object: string; n: number }>`
      select system, object, count(*)::int as n from delivery where state = 'frozen' and reason = 'flip_flop' group by system, object
    `.execute(database.kysely),
    sql<{ entity: string; n: number }>`
      select entity, count(*)::int as n from review where state = 'open' group by entity
    `.execute(database.kysely),
    sql<{ mapping: string; at: number }>`
      select mapping, extract(epoch from published_at)::float8 as at from mapping_revision where state = 'published' and published_at is not null
    `.execute(database.kysely),
  ])
  metrics.brakes.replace(brakes.rows.map(({ n, ...labels }) => [labels, n]))
  metrics.flipping.replace(flips.rows.map(({ n, ...labels }) => [labels, n]))
  metrics.reviewsOpen.replace(reviews.rows.map(({ n, ...labels }) => [labels, n]))
  metrics.mappingPublished.replace(mappings.rows.map(({ at, ...labels }) => [labels, at]))
}
