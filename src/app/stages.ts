import { closeSharedAgents } from '#connector/guarded-http.ts'
import type { IncomingEvent } from '#connector/kit.ts'
import { createDeliver, dueDeliverShards } from '#deliver/deliver.ts'
import type { Gates } from '#deliver/gate.ts'
import type { ToRead, WriteReply } from '#deliver/parts.ts'
import { createRead, dueReadShards } from '#deliver/read.ts'
import type { AppendEvents } from '#gateway/incoming.ts'
import { createInterpret, dueInterpretShards } from '#interpret/interpret.ts'
import { createPlan, duePlanShards } from '#plan/plan.ts'
import { commitPlans } from '#resolve/commit.ts'
import { createResolve, dueResolveShards } from '#resolve/resolve.ts'
import type { Database } from '#store/database.ts'
import { goldenPolicy } from './golden-policy.ts'
import type { HubParts } from './hub.ts'
import { startMaintenance } from './maintenance.ts'
import { matchingSettings } from './matching-settings.ts'

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
    replied: replies => appendReplies(append, replies),
    readBack: records => appendReads(append, records),
  })
  const read = createRead(shared)
  const { defaultCountry } = config.hub
  const policy = goldenPolicy(config, identity)
  const { blocked } = policy
  const interpret = createInterpret({ ...shared, identity: { defaultCountry, blocked, limits: identity.limits } })
  const concurrency = DRAINS
  wakes.work('interpret', interpret, { concurrency, due: () => dueInterpretShards(database) })
  wakes.work('read', read.drain, { concurrency, due: () => dueReadShards(database) })
  const matching = matchingSettings(config.policy)
  wakes.work('resolve', createResolve({ ...shared, policy, matching }), {
    concurrency,
    due: () => dueResolveShards(database),
  })
  wakes.work('plan', createPlan(shared), { concurrency, due: () => duePlanShards(database) })
  wakes.work('deliver', deliver.drain, { concurrency, due: () => dueDeliverShards(database) })
  await startMaintenance({ ...shared, matching })
  return async () => {
    await Promise.all([deliver.close(), read.close()])
    await appender.close()
    closeSharedAgents()
  }
}

/** A write's reply is an event of its own: interpreted, its differences from what we wrote are the vendor's rendering. */
async function appendReplies(append: AppendEvents, replies: readonly WriteReply[]): Promise<void> {
  for (const [system, group] of Map.groupBy(replies, reply => reply.system)) {
    const events = group.flatMap(reply => [...movesOf(reply), replyEvent(reply)])
    await append(system, 'reply', events, group[0]?.traceId)
  }
}

/** A write that gave its record another id: to the hub it went over into the new one. */
function movesOf({ object, formerId, remoteId, atMs }: WriteReply): IncomingEvent[] {
  if (formerId === undefined) return []
  const payload = Buffer.from('{}')
  const what = { object, type: `${object}.moved`, kind: 'merge', payload, contentType: 'application/json' } as const
  return [{ ...what, remoteId: formerId, mergedInto: remoteId, occurredAtMs: atMs, whole: true }]
}

function replyEvent(reply: WriteReply): IncomingEvent {
  return {
    object: reply.object,
    ...(reply.state === undefined
      ? { type: `${reply.object}.gone`, kind: 'delete', payload: Buffer.from('{}') }
      : { type: `${reply.object}.reply`, kind: 'reply', payload: Buffer.from(JSON.stringify(reply.state)) }),
    contentType: 'application/json',
    remoteId: reply.remoteId,
    occurredAtMs: reply.atMs,
    ...(reply.version === undefined ? {} : { version: reply.version }),
    whole: true,
  }
}

/** What must be read before it is written is read like a thin event, and interpreted as what the system says. */
async function appendReads(append: AppendEvents, records: readonly ToRead[]): Promise<void> {
  for (const [system, group] of Map.groupBy(records, record => record.system)) {
    const events = group.map(({ object, remoteId }): IncomingEvent => ({
      object,
      type: `${object}.read`,
      kind: 'snapshot',
      payload: Buffer.from('{}'),
      contentType: 'application/json',
      remoteId,
      whole: false,
    }))
    await append(system, 'read', events, group[0]?.traceId)
  }
}
