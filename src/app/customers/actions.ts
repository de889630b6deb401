import type { CustomerActions } from '#console/actions/customers.ts'
import { discardHeldDeletes, releaseHeldDeletes } from '#deliver/compare/held.ts'
import { type ActResult, refusal } from '#model/act.ts'
import { mergeCustomers } from '#resolve/acts/merge.ts'
import { choosePrimary } from '#resolve/acts/primary.ts'
import { stewardRelease, stewardSet } from '#resolve/acts/steward.ts'
import { unmerge } from '#resolve/acts/unmerge.ts'
import { decideReview, liftNever, neverTheSame } from '#resolve/acts/verdicts.ts'
import { createDuplicateActions } from './duplicates.ts'
import { explainCustomers } from './explain.ts'
import { goldenPolicy } from '../policy/golden-policy.ts'
import type { HubParts } from '../hub.ts'
import { sharedKeys } from './shared-keys.ts'

/** What people may do to customers: every act is one transaction, and plans what follows from it. */
export function createCustomerActions(parts: HubParts): CustomerActions {
  const { metrics } = parts
  const acts = {
    database: parts.database,
    policy: goldenPolicy(parts.config, parts.identity),
    shards: parts.config.limits.shards,
    ids: parts.ids,
    nowMs: parts.nowMs,
    wake: parts.wakes.wake,
  }
  return {
    ...createDuplicateActions(parts),
    sharedKeys: goldenId => sharedKeys(acts.database, acts.policy, goldenId),
    explainPair: (leftId, rightId) => explainCustomers(parts, acts.policy, [leftId, rightId]),
    stewardSet: request => stewardSet(acts, request),
    stewardRelease: request => stewardRelease(acts, request),
    async mergeCustomers(request) {
      const merged = await mergeCustomers(acts, request)
      if (merged.ok && !merged.dryRun) metrics.personMerges.inc({})
      return merged
    },
    async unmerge(request) {
      const apart = await unmerge(acts, request)
      if (apart.ok) metrics.unmerges.inc({})
      return apart
    },
    neverTheSame: request => neverTheSame(acts, request),
    liftNever: request => liftNever(acts, request),
    async decideReview(request) {
      const decided = await decideReview(acts, request)
      if (decided.ok && decided.mergeId !== undefined) metrics.personMerges.inc({})
      return decided
    },
    decideHeldDeletes: request => decideHeldDeletes(parts, request),
    choosePrimary: request => choosePrimary(acts, request),
  }
}

async function decideHeldDeletes(
  parts: HubParts,
  { by, verdict, ...key }: { system: string; object: string; verdict: 'release' | 'discard'; by: string },
): Promise<ActResult<{ deleted: number }>> {
  const { database, ids } = parts
  const traceId = ids.traceId()
  const append = (system: string, events: Parameters<HubParts['append']>[2]) =>
    parts.append(system, 'poll', events, traceId).then(() => undefined)
  const deleted =
    verdict === 'release'
      ? await releaseHeldDeletes({ database, append, traceId }, key)
      : (await discardHeldDeletes(database, key))
        ? 0
        : undefined
  if (deleted === undefined) return refusal('no_held_deletes', key)
  const target = `${key.system}/${key.object}`
  const row = { id: ids.uuid(), actor: by, action: `deletes.${verdict}`, target, detail: JSON.stringify({ deleted }) }
  await database.kysely.insertInto('audit').values(row).execute()
  return { ok: true, deleted }
}
