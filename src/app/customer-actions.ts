import type { CustomerActions } from '#console/customer-actions.ts'
import { mergeCustomers } from '#resolve/acts/merge.ts'
import { choosePrimary } from '#resolve/acts/primary.ts'
import { stewardRelease, stewardSet } from '#resolve/acts/steward.ts'
import { unmerge } from '#resolve/acts/unmerge.ts'
import { decideReview, liftNever, neverTheSame } from '#resolve/acts/verdicts.ts'
import { goldenPolicy } from './golden-policy.ts'
import type { HubParts } from './hub.ts'

/** What people may do to customers: every act is one transaction, and plans what follows from it. */
export function createCustomerActions(parts: HubParts): CustomerActions {
  const acts = {
    database: parts.database,
    policy: goldenPolicy(parts.config, parts.identity),
    shards: parts.config.limits.shards,
    ids: parts.ids,
    nowMs: parts.nowMs,
    wake: parts.wakes.wake,
  }
  return {
    stewardSet: request => stewardSet(acts, request),
    stewardRelease: request => stewardRelease(acts, request),
    mergeCustomers: request => mergeCustomers(acts, request),
    unmerge: request => unmerge(acts, request),
    neverTheSame: request => neverTheSame(acts, request),
    liftNever: request => liftNever(acts, request),
    decideReview: request => decideReview(acts, request),
    choosePrimary: request => choosePrimary(acts, request),
  }
}
