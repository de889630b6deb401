import { sql } from 'kysely'
import type { RouteConfig } from '#config/config.ts'
import { deliveryShard } from '#model/shard.ts'
import { type BatchWork, type Committed, drainBatch } from '#store/batch.ts'
import type { Database, Tx } from '#store/database.ts'
import { claimDeliveries, type DueDelivery } from './claim.ts'
import { commitWithoutCall, leaseDeliveries, type RestRow } from './commit.ts'
import { type Decision, decideDelivery } from './decide.ts'
import { type DeliverParts, sentFields } from './parts.ts'
import { type Rest, restrain } from './restrain.ts'
import { type Call, callsOf, createSender, type Sending } from './send.ts'
import { breakCycles, cyclicParents, lookAgainAtWaiting, releaseForgotten, releaseWaiting } from './waits.ts'

/** A waiting delivery is looked at again now and then, should its wake-up have been lost in a crash. */
const WAIT_RECHECK_MS = 10 * 60_000
const ROWS_PER_CLAIM_MAX = 400

/** Stage 5: due deliveries are mapped, compared and written; a drain claims and sends, it never waits for a vendor. */
export function createDeliver(parts: DeliverParts) {
  const routes = new Map(parts.config.routes.map(route => [route.name, route]))
  const starved = new Map<string, Set<number>>()
  const sender = createSender(parts)
  parts.gates.onFree(system => {
    const shards = starved.get(system)
    if (shards === undefined || parts.gates.of(system).free() === 0) return
    starved.delete(system)
    parts.wake('deliver', shards)
  })

  const batchMaxOf = new Map<string, number>()
  for (const [name, system] of parts.systems) {
    const objects = new Set(parts.config.routes.filter(route => route.system === name).map(route => route.object))
    const sizes = [...objects].map(object => system.connector.push?.batchMax(object, system.config.settings) ?? 1)
    if (objects.size > 0) batchMaxOf.set(name, Math.max(1, ...sizes))
  }

  function limits(shard: number): { system: string; n: number }[] {
    return [...batchMaxOf].flatMap(([system, batchMax]) => {
      const free = parts.gates.of(system).free()
      if (free > 0) return [{ system, n: Math.min(ROWS_PER_CLAIM_MAX, free * batchMax) }]
      starve(system, shard)
      return []
    })
  }

  function starve(system: string, shard: number): void {
    const shards = starved.get(system) ?? new Set<number>()
    starved.set(system, shards.add(shard))
  }

  const work: BatchWork<DueDelivery> = {
    stage: 'deliver',
    // The claim has limits of its own per system; this one matters only when a batch fails and is halved.
    rowsMax: Number.MAX_SAFE_INTEGER,
    async claim(tx, shard, limit) {
      const systems = limits(shard).map(({ system, n }) => ({ system, n: Math.min(n, limit) }))
      if (systems.length === 0) return []
      const claimed = await claimDeliveries(tx, shard, systems)
      const bySystem = Map.groupBy(claimed, delivery => delivery.system)
      for (const { system, n } of systems) if ((bySystem.get(system)?.length ?? 0) >= n) starve(system, shard)
      // The limit is per system: a batch that failed must come down to one row all the same, to find the bad one.
      return claimed.slice(0, limit)
    },
    run: (tx, claimed) => decideAndLease(parts, tx, claimed, routes, { send: sender.send, starve }),
    async bury(tx, delivery, error) {
      await commitWithoutCall(tx, [
        rest(delivery, { state: 'dead', reason: 'internal_error', detail: { message: error.message } }),
      ])
    },
  }
  return {
    drain: (shard: number) => drainBatch(parts, work, shard),
    /** Waits for calls under way. */
    close: () => sender.close(),
  }
}

async function decideAndLease(
  parts: DeliverParts,
  tx: Tx,
  claimed: readonly DueDelivery[],
  routes: ReadonlyMap<string, RouteConfig>,
  out: {
    send: (calls: readonly Call[], leaseId: string) => void
    /** These are due, but there is no slot for their call now. */
    starve: (system: string, shard: number) => void
  },
): Promise<Committed> {
  const cyclic = await findCycles(tx, claimed)
  const decisions = claimed.map(delivery => {
    const route = routes.get(delivery.route)
    return decideDelivery(delivery, {
      route,
      mapping: route === undefined ? undefined : parts.mappings.get(route.mapping),
      looks: looksFirst(parts, delivery),
      cyclic: cyclic.get(`${delivery.system} ${delivery.goldenId}`) ?? new Set(),
      defaultCountry: parts.config.hub.defaultCountry,
    })
  })
  const leaseId = parts.ids.uuid()
  const sendings: Sending[] = []
  const settled: RestRow[] = []
  for (const [index, decided] of decisions.entries()) {
    const delivery = claimed[index]
    if (delivery === undefined) continue
    const { decision } = restrain(decided, {
      linkState: 'live',
      brake: undefined,
      flips: {},
      sent: delivery.remote?.sent,
      nowMs: parts.nowMs(),
    })
    if (decision.kind === 'write' || decision.kind === 'remove' || decision.kind === 'poll')
      sendings.push({ delivery, decision })
    else settled.push(restOf(parts, delivery, decision))
  }
  await commitWithoutCall(tx, settled)
  const { calls, left } = callsOf(parts, sendings)
  const leased = calls.flatMap(call => call.sendings)
  await leaseDeliveries(
    tx,
    leaseId,
    leaseFor(parts, leased),
    leased.map(({ delivery, decision }) => ({
      ...key(delivery),
      document: decision.kind === 'write' ? decision.document : undefined,
    })),
  )
  return {
    counts: { calls: calls.length, leased: leased.length, settled: settled.length },
    async after() {
      for (const row of settled) parts.metrics.deliveries.inc({ system: row.system, state: row.state })
      out.send(calls, leaseId)
      for (const { delivery } of left)
        out.starve(delivery.system, deliveryShard(delivery.system, delivery.goldenId, parts.config.limits.shards))
      await follow(parts, settled)
    },
  }
}

/** Golden records that wait and are waited on, per delivery: those links are left out at first and written in a second step. */
async function findCycles(tx: Tx, claimed: readonly DueDelivery[]): Promise<Map<string, Set<string>>> {
  const pairs = claimed.flatMap(delivery =>
    delivery.links
      .filter(link => link.remoteId === undefined && link.delivery?.state === 'waiting')
      .map(link => ({ system: delivery.system, goldenId: delivery.goldenId, parentId: link.goldenId })),
  )
  const cyclic = await cyclicParents(tx, pairs)
  const result = new Map<string, Set<string>>()
  for (const { system, goldenId, parentId } of pairs) {
    if (!cyclic.has(`${goldenId} ${parentId}`)) continue
    const name = `${system} ${goldenId}`
    result.set(name, (result.get(name) ?? new Set()).add(parentId))
  }
  return result
}

/** Whether a create must look first: always where the vendor can search and has no upsert of its own, or after an unknown. */
function looksFirst(parts: DeliverParts, delivery: DueDelivery): boolean {
  const system = parts.systems.get(delivery.system)
  const push = system?.connector.push
  if (system === undefined || push?.find === undefined) return false
  const canFind = push.canFind?.(delivery.object, system.config.settings) ?? true
  const { idempotency } = system.connector.manifest
  const how = typeof idempotency === 'function' ? idempotency(system.config.settings, delivery.object) : idempotency
  return canFind && (how !== 'upsert' || delivery.state === 'unknown' || delivery.interrupted)
}

function restOf(
  parts: DeliverParts,
  delivery: DueDelivery,
  decision: Exclude<Decision, { kind: 'write' | 'remove' | 'poll' }> | Rest,
): RestRow {
  switch (decision.kind) {
    case 'synced': {
      const { remote } = delivery
      const adopt =
        decision.adopt && remote !== undefined
          ? { remoteId: remote.remoteId, sent: decision.document, sentFields: sentFields(parts, delivery) }
          : undefined
      return { ...rest(delivery, { state: 'synced' }), adopt }
    }
    case 'wait': {
      const parents = decision.parents.map(parent => ({
        field: parent.field,
        goldenId: parent.goldenId,
        state: parent.delivery?.state ?? '',
        reason: parent.delivery?.reason ?? null,
      }))
      return {
        ...rest(delivery, { state: 'waiting', reason: 'parent', detail: { parents } }),
        dueInMs: WAIT_RECHECK_MS,
        parents: decision.parents.map(parent => parent.goldenId),
      }
    }
    case 'rest':
      return rest(delivery, { state: decision.state, reason: decision.reason, detail: decision.detail })
    case 'absent':
      return rest(delivery, { state: 'absent', reason: decision.reason })
    case 'dead':
      return rest(delivery, { state: 'dead', reason: decision.reason, detail: decision.detail })
    default:
      return decision satisfies never
  }
}

function rest(delivery: DueDelivery, what: Pick<RestRow, 'state'> & Partial<RestRow>): RestRow {
  return {
    ...key(delivery),
    reason: undefined,
    detail: undefined,
    dueInMs: undefined,
    version: delivery.golden.version,
    adopt: undefined,
    parents: [],
    ...what,
  }
}

function key(delivery: DueDelivery) {
  return { system: delivery.system, object: delivery.object, goldenId: delivery.goldenId }
}

/** Long enough that no call outlives its lease: every item of the slowest system one after the other, with its look and log-in. */
function leaseFor(parts: DeliverParts, sendings: readonly Sending[]): number {
  const timeouts = sendings.map(({ delivery }) => parts.systems.get(delivery.system)?.config.limits.timeoutMs ?? 0)
  return Math.max(30_000, ...timeouts.map(timeoutMs => timeoutMs * 4))
}

/**
 * What settling without a call sets in motion. A parent may have arrived between our look and our commit (see
 * releaseWaiting); one that will never be there lets its children go on, one that is dead is named to them.
 */
async function follow(parts: DeliverParts, settled: readonly RestRow[]): Promise<void> {
  const { database } = parts
  for (const [system, rows] of Map.groupBy(settled, row => row.system)) {
    const absent = rows.filter(row => row.state === 'absent').map(row => row.goldenId)
    const dead = rows.filter(row => row.state === 'dead').map(row => row.goldenId)
    const missed = rows.flatMap(row => row.parents)
    const pairs = rows.flatMap(({ goldenId, parents }) => parents.map(parentId => ({ system, goldenId, parentId })))
    parts.wake('deliver', await releaseWaiting(database, system, [...new Set([...absent, ...missed])]))
    parts.wake(
      'deliver',
      await releaseForgotten(
        database,
        rows.filter(row => row.parents.length > 0),
      ),
    )
    parts.wake('deliver', await lookAgainAtWaiting(database, system, dead))
    parts.wake('deliver', await breakCycles(database, pairs))
  }
}

/** Shards with due deliveries of systems that take calls, for the sweep. */
export async function dueDeliverShards(database: Database): Promise<number[]> {
  const { rows } = await sql<{ shard: number }>`
    select distinct d.shard from delivery d join system s on s.name = d.system where d.due_at <= now() and s.state = 'active'
  `.execute(database.kysely)
  return rows.map(row => row.shard)
}
