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
  metrics.brakes.reset()
  for (const { system, object, n } of brakes.rows) metrics.brakes.set({ system, object }, n)
  metrics.flipping.reset()
  for (const { system, object, n } of flips.rows) metrics.flipping.set({ system, object }, n)
  metrics.reviewsOpen.reset()
  for (const { entity, n } of reviews.rows) metrics.reviewsOpen.set({ entity }, n)
  metrics.mappingPublished.reset()
  for (const { mapping, at } of mappings.rows) metrics.mappingPublished.set({ mapping }, at)
}
