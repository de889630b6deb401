import type { Entity } from '#model/entities.ts'
import type { Model } from '#rules/matching/model.ts'

/** How weak evidence is used; absent when it is not. Thresholds are bits: 3 means odds of eight to one. */
export interface MatchingSettings {
  /** From here on two records are linked. */
  linkBits: number
  /** From here on a person is asked. */
  reviewBits: number
  /** A customer of more source records does not grow by weak evidence. */
  clusterRecordsMax: number
  model: Model
}

export function isMatched(entity: Entity): boolean {
  return entity === 'person' || entity === 'account'
}
