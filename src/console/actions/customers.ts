import type { ActResult } from '#model/act.ts'
import type { JsonObject } from '#model/json.ts'
import type { components } from '../api.gen.ts'

type Pair = { leftId: string; rightId: string; by: string }

/** A strong key that several source records state. */
export interface SharedKey {
  kind: string
  value: string
  records: { system: string; object: string; remoteId: string }[]
}

/** A remote record that is to become a part of another one; by default of the primary one. */
export interface DuplicateRequest {
  system: string
  object: string
  loserId: string
  survivorId?: string | undefined
  dryRun?: boolean
  by: string
}

/** What people may do to customers. Each act takes its parameters by name, `by` is who acts; it is durable when its promise resolves. */
export interface CustomerActions {
  /** The strong keys that hold the records of a customer together. */
  sharedKeys(goldenId: string): Promise<SharedKey[]>
  /** What speaks for and against two customers being one, as it would be decided now. */
  explainPair(
    leftId: string,
    rightId: string,
  ): Promise<ActResult<{ explanation: components['schemas']['PairReasons'] }>>
  /** A steward's values win until they are released. */
  stewardSet(request: { goldenId: string; fields: JsonObject; by: string }): Promise<ActResult<{ set: string[] }>>
  /** Gives fields (default: all that are held) back to survivorship. */
  stewardRelease(request: {
    goldenId: string
    fields?: readonly string[]
    by: string
  }): Promise<ActResult<{ released: string[] }>>
  /** Makes two customers one; `dryRun` only shows what would change. */
  mergeCustomers(request: {
    winnerId: string
    loserId: string
    dryRun?: boolean
    by: string
  }): Promise<ActResult<{ dryRun: boolean; preview: components['schemas']['MergePreview']; mergeId?: string }>>
  /** Takes a merge apart, by its log entry. */
  unmerge(request: {
    mergeId: string
    by: string
  }): Promise<ActResult<{ goldenId: string; fromId: string; remoteRecords: number }>>
  neverTheSame(request: Pair): Promise<ActResult>
  liftNever(request: Pair): Promise<ActResult>
  decideReview(request: {
    reviewId: string
    verdict: 'merge' | 'never' | 'dismiss'
    by: string
  }): Promise<ActResult<{ mergeId?: string }>>
  /** Lets deletes go that a comparison of ids had held, or forgets them. Answers how many are deleted. */
  decideHeldDeletes(request: {
    system: string
    object: string
    verdict: 'release' | 'discard'
    by: string
  }): Promise<ActResult<{ deleted: number }>>
  /** Merges a duplicate into another record of its customer in the vendor itself; `dryRun` only shows what differs. */
  mergeDuplicate(
    request: DuplicateRequest,
  ): Promise<ActResult<{ dryRun: boolean; preview: components['schemas']['DuplicatePreview']; remoteId?: string }>>
  /** Says which of several remote records of a customer is written. */
  choosePrimary(request: {
    system: string
    object: string
    remoteId: string
    by: string
  }): Promise<ActResult<{ goldenId: string }>>
}
