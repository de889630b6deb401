import type { Metrics } from '#observe/metrics.ts'

/** What a batch found out about who is who. */
interface Found {
  /** In order: the records, and where each was linked before. */
  candidates: readonly { entity: string; goldenId: string | undefined }[]
  /** Where each is now. */
  placed: ReadonlyMap<number, string>
  goldens: readonly { id: string; entity: string; isNew: boolean }[]
  reviews: readonly { entity: string }[]
  /** Pairs put before a person by weak evidence. */
  questions: number
}

/** Counts it: golden records made, records linked to one that was there, pairs for a person. */
export function countIdentity(metrics: Metrics, { candidates, placed, goldens, reviews, questions }: Found): void {
  const made = new Set<string>()
  for (const { id, entity, isNew } of goldens) {
    if (!isNew) continue
    made.add(id)
    metrics.goldenCreated.inc({ entity })
  }
  for (const [index, { entity, goldenId }] of candidates.entries()) {
    // The first record of a new golden record made it; more of them in the batch were linked to it.
    const isFirst = made.delete(placed.get(index) ?? '')
    if (goldenId === undefined && !isFirst) metrics.links.inc({ entity })
  }
  for (const { entity } of reviews) metrics.reviews.inc({ entity })
  if (questions > 0) metrics.reviews.inc({ entity: candidates[0]?.entity ?? '' }, questions)
}
