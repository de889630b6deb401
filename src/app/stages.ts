import { closeSharedAgents } from '#connector/network/guarded-http.ts'
import type { IncomingEvent } from '#connector/kit.ts'
import { createDeliver, dueDeliverShards } from '#deliver/deliver.ts'
import type { Gates } from '#deliver/limits/gate.ts'
import { createRead, dueReadShards } from '#deliver/read/read.ts'
import { createInterpret, dueInterpretShards } from '#interpret/interpret.ts'
import { createPlan, duePlanShards } from '#plan/plan.ts'
import { commitPlans } from '#resolve/commit.ts'
import { createResolve, dueResolveShards } from '#resolve/resolve.ts'
import type { Database } from '#store/database.ts'
import { goldenPolicy } from './policy/golden-policy.ts'
import type { HubParts } from './hub.ts'
import { startMaintenance } from './maintenance.ts'
import { ownEvents, wakeForEvents } from './own-events.ts'

/** Shards of one stage that one process drains at a time. More would only wait for the one thread and for locks. */
const DRAINS = 2

export interface StageParts extends HubParts {
  /** A pool for keyed work, whose commits need not wait for the disk. */
  stageDatabase: Database
  gates: Gates
}

/** Makes this process a worker: the stages and the cluster's recurring work. Returns what ends them, after the wake-ups were stopped. */
export async function startStages(parts: StageParts): Promise<() => Promise<void>> {
  const { config, database, stageDatabase, wakes, appender, append, calls, identity } = parts
  const { shards } = config.limits
  const shared = {
    ...parts,
    ...calls,
    database: stageDatabase,
    wake: wakes.wake,
    wakeAt: wakes.wakeAt,
    append: (system: string, events: readonly IncomingEvent[], traceId: string) =>
      append(system, 'poll', events, traceId).then(() => undefined),
    appendLoaded: (system: string, events: readonly IncomingEvent[], traceId: string) =>
      append(system, 'load', events, traceId).then(() => undefined),
  }
  const deliver = createDeliver({
    ...shared,
    replan: (tx, goldenIds, traceId) =>
      commitPlans(
        tx,
        goldenIds.map(goldenId => ({ goldenId, cause: 'merge', eventId: undefined, traceId })),
        shards,
      ),
    ownEvents: told => ownEvents({ ...shared, wakeFor: events => wakeForEvents(wakes, events) }, told),
  })
  const read = createRead(shared)
  const { defaultCountry } = config.hub
  const policy = goldenPolicy(config, identity)
  const interpret = createInterpret({
    ...shared,
    identity: { defaultCountry, blocked: (kind, value) => policy.blocked(kind, value), limits: identity.limits },
  })
  const concurrency = DRAINS
  wakes.work('interpret', interpret, { concurrency, due: () => dueInterpretShards(database) })
  wakes.work('read', read.drain, { concurrency, due: () => dueReadShards(database) })
  const matching = parts.matching.settings
  wakes.work('resolve', createResolve({ ...shared, policy, matching }), {
    concurrency,
    due: () => dueResolveShards(database),
  })
  wakes.work('plan', createPlan(shared), { concurrency, due: () => duePlanShards(database) })
  wakes.work('deliver', deliver.drain, { concurrency, due: () => dueDeliverShards(database) })
  await startMaintenance({ ...shared, policy, matching })
  return async () => {
    await Promise.all([deliver.close(), read.close()])
    await appender.close()
    closeSharedAgents()
  }
}
