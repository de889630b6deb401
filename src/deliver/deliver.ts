import { sql } from 'kysely'
import type { RouteConfig } from '#config/config.ts'
import type { JsonObject } from '#model/json.ts'
import { deliveryShard } from '#model/shard.ts'
import type { WriteInFlight } from '#rules/statement/shadow.ts'
import { type BatchWork, type Committed, drainBatch } from '#store/batch.ts'
import type { Database, Tx } from '#store/database.ts'
import { createBrake } from './brake/brake.ts'
import { claimDeliveries, type DueDelivery } from './claim/claim.ts'
import { commitWithoutCall, type RestRow } from './settle/commit-rests.ts'
import { tellFlip, tellTripped } from './alarms.ts'
import { leaseDeliveries } from './claim/lease.ts'
import type { Decision } from './decide/decision.ts'
import { decideAll } from './decide/decisions.ts'
import { breakCycles, createDependents } from './claim/dependents.ts'
import { indexLagOf } from './send/index-lag.ts'
import { type DeliverParts, type ToRead, writtenFields } from './parts.ts'
import { key, rest, restOf } from './settle/rests.ts'
import { changesExisting, restrain, type Restraints } from './brake/restrain.ts'
import { type Call, callsOf, remoteIdOf, type Sending } from './send/calls.ts'
import { createSender } from './send/send.ts'
import { countDrift, countRest } from './settle/notes.ts'

const ROWS_PER_CLAIM_MAX = 400
/** Writes whose fate is not known are remembered, the newest first; more in a row are no more than these. */
const UNSETTLED_MAX = 4

/** Stage 5: due deliveries are mapped, compared and written; a drain claims and sends, it never waits for a vendor. */
export function createDeliver(parts: DeliverParts) {
  const routes = new Map(parts.config.routes.map(route => [route.name, route]))
  const starved = new Map<string, Set<number>>()
  const wakeDependents = createDependents(parts)
  const sender = createSender(parts, wakeDependents)
  const brake = createBrake(parts)
  parts.gates.onFree(resume)

  const batchMaxOf = new Map<string, number>()
  for (const [name, system] of parts.systems) {
    const objects = new Set(parts.config.routes.filter(route => route.system === name).map(route => route.object))
    const sizes = [...objects].map(object => system.connector.push?.batchMax(object, system.config.settings) ?? 1)
    // Also without a route: what one that left the configuration made due is to be held.
    if (system.connector.push !== undefined) batchMaxOf.set(name, Math.max(1, ...sizes))
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

  /** Looks again at shards that had more to do than there were slots, if there are slots now. */
  function resume(system: string): void {
    const shards = starved.get(system)
    if (shards === undefined || parts.gates.of(system).free() === 0) return
    starved.delete(system)
    parts.wake('deliver', shards)
  }

  const work: BatchWork<DueDelivery> = {
    stage: 'deliver',
    traceIdOf: delivery => delivery.traceId,
    // The claim has limits of its own per system; this one matters only when a batch fails and is halved.
    rowsMax: Number.MAX_SAFE_INTEGER,
    async claim(tx, shard, limit) {
      const systems = limits(shard).map(({ system, n }) => ({ system, n: Math.min(n, limit) }))
      if (systems.length === 0) return []
      const claimed = await claimDeliveries(tx, shard, systems, parts.nowMs)
      const bySystem = Map.groupBy(claimed, delivery => delivery.system)
      for (const { system, n } of systems) if ((bySystem.get(system)?.length ?? 0) >= n) starve(system, shard)
      // The limit is per system: a batch that failed must come down to one row all the same, to find the bad one.
      return claimed.slice(0, limit)
    },
    run: (tx, claimed) =>
      decideAndLease(parts, tx, claimed, routes, brake, { send: sender.send, starve, resume, wakeDependents }),
    async bury(tx, delivery, error) {
      const row = rest(delivery, { state: 'dead', reason: 'internal_error', detail: { message: error.message } })
      await commitWithoutCall(tx, [row])
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
  brake: ReturnType<typeof createBrake>,
  out: {
    send: (calls: readonly Call[], leaseId: string) => void
    /** These are due, but there is no slot for their call now. */
    starve: (system: string, shard: number) => void
    resume: (system: string) => void
    wakeDependents: () => Promise<void>
  },
): Promise<Committed> {
  const decisions = await decideAll(parts, tx, claimed, routes)
  const leaseId = parts.ids.uuid()
  const sendings: Sending[] = []
  const settled: RestRow[] = []
  const flipping: { delivery: DueDelivery; member: string }[] = []
  const nowMs = parts.nowMs()
  const restraintsOf = (delivery: DueDelivery, held: string | undefined): Restraints => ({
    linkState: delivery.linkState,
    brake: held,
    flips: delivery.flips,
    sent: delivery.remote?.sent,
    isAgain: delivery.isOpen || delivery.interrupted || delivery.state === 'retrying',
    nowMs,
  })
  for (const [index, decided] of decisions.entries()) {
    const delivery = claimed[index]
    if (delivery === undefined || decided === undefined) continue
    const { decision, flips, frozen } = restrain(decided, restraintsOf(delivery, undefined))
    for (const member of frozen) flipping.push({ delivery, member })
    if (decision.kind === 'write' || decision.kind === 'remove' || decision.kind === 'poll' || decision.kind === 'look')
      sendings.push({
        delivery,
        decision,
        flips,
        fields: decision.kind === 'write' ? writtenFields(parts, delivery, decision) : undefined,
      })
    else settled.push({ ...restOf(parts, delivery, decision), flips })
  }
  const { calls: wanted, left } = callsOf(parts, sendings)
  // Only what would be called now is counted: the rest comes again.
  const wantedSendings = wanted.flatMap(call => call.sendings)
  const changing = wantedSendings.filter(({ decision }) => changesExisting(decision)).map(({ delivery }) => delivery)
  const verdict = await brake(tx, changing)
  for (const { delivery, decision } of wantedSendings) {
    if (!verdict.held.has(delivery)) continue
    const held = restrain(decision, restraintsOf(delivery, delivery.cause)).decision
    if (held.kind === 'rest') settled.push(restOf(parts, delivery, held))
  }
  await commitWithoutCall(tx, settled)
  const traces = new Map(claimed.map(delivery => [keyText(delivery), delivery.traceId]))
  const events = parts.ownEvents({
    replies: [],
    reads: settled.flatMap(row => toRead(row, traces.get(keyText(row)) ?? '')),
  })
  await events.store(tx)
  const calls = wanted
    .map(call => ({ ...call, sendings: call.sendings.filter(({ delivery }) => !verdict.held.has(delivery)) }))
    .filter(call => call.sendings.length > 0)
  const leased = calls.flatMap(call => call.sendings)
  await leaseDeliveries(
    tx,
    { id: leaseId, leaseMs: leaseFor(parts, leased) },
    leased.map(({ delivery, decision, flips, fields }) => ({
      ...key(delivery),
      readAtMs: delivery.readAtMs,
      document: decision.kind === 'write' ? decision.document : undefined,
      inFlight: inFlightOf(delivery, decision, fields)?.slice(0, UNSETTLED_MAX),
      keep: decision.kind !== 'write',
      remoteId: remoteIdOf(decision),
      creates: decision.kind === 'write' && decision.remoteId === undefined,
      counted: verdict.counted.has(delivery) ? delivery.cause : undefined,
      flips,
      mappingRevision: delivery.mappingRevision,
    })),
  )
  return {
    counts: { calls: calls.length, leased: leased.length, settled: settled.length },
    left: decisions.filter(decided => decided === undefined).length,
    async after() {
      for (const row of settled) countRest(parts.metrics, row)
      countDrift(parts.metrics, leased)
      for (const tripped of verdict.tripped) tellTripped(parts, tripped)
      // Of those put off nothing is stored: they are told when it is.
      const putOff = new Set([...left.map(({ delivery }) => delivery), ...verdict.held])
      for (const { delivery, member } of flipping) if (!putOff.has(delivery)) tellFlip(parts, delivery, member)
      out.send(calls, leaseId)
      for (const { delivery } of left)
        out.starve(delivery.system, deliveryShard(delivery.system, delivery.goldenId, parts.config.limits.shards))
      // The end of a call looks again at what its claim had no room for; where no call was needed, none ends.
      const called = new Set(calls.map(call => call.system.config.name))
      for (const system of new Set(claimed.map(delivery => delivery.system)))
        if (!called.has(system)) out.resume(system)
      events.wake()
      await follow(parts, settled, out.wakeDependents)
    },
  }
}

/** The call and, behind it, earlier ones whose fate is not known; undefined: as it is, or nothing reports back. */
function inFlightOf(
  { readAtMs: at, unsettled }: DueDelivery,
  decision: Decision,
  fields: JsonObject | undefined,
): WriteInFlight[] | undefined {
  if (decision.kind === 'remove') return [{ at, to: decision.remoteId, removes: true, fields: {} }, ...unsettled]
  if (decision.kind !== 'write' || fields === undefined) return undefined
  const to = decision.remoteId === undefined ? {} : { to: decision.remoteId }
  const carries = decision.carries === undefined ? {} : { carries: decision.carries }
  return [{ at, ...to, ...carries, fields }, ...unsettled]
}

function keyText({ system, object, goldenId }: Pick<RestRow, 'system' | 'object' | 'goldenId'>): string {
  return `${system}\n${object}\n${goldenId}`
}

function toRead({ system, object, read: remoteId }: RestRow, traceId: string): ToRead[] {
  return remoteId === undefined ? [] : [{ system, object, remoteId, traceId }]
}

/** Long enough that no call outlives its lease: every item of the slowest system one after the other, with its look and log-in. */
function leaseFor(parts: DeliverParts, sendings: readonly Sending[]): number {
  const times = sendings.map(({ delivery }) => {
    const system = parts.systems.get(delivery.system)
    return system === undefined ? 0 : system.config.limits.timeoutMs * 4 + indexLagOf(system)
  })
  return Math.max(30_000, ...times)
}

/** What settling without a call sets in motion: those that depend on what rests are looked at, and circles are broken. */
async function follow(
  parts: DeliverParts,
  settled: readonly RestRow[],
  wakeDependents: () => Promise<void>,
): Promise<void> {
  const waits = settled.flatMap(({ system, goldenId, parents }) =>
    parents.map(parentId => ({ system, goldenId, parentId })),
  )
  if (settled.some(row => row.state !== 'synced' && row.state !== 'waiting')) await wakeDependents()
  parts.wake('deliver', await breakCycles(parts.database, waits))
}

/** Shards with due deliveries of systems that take calls, for the sweep. */
export async function dueDeliverShards(database: Database): Promise<number[]> {
  const { rows } = await sql<{ shard: number }>`
    select distinct d.shard from delivery d join system s on s.name = d.system where d.due_at <= now() and s.state = 'active'
  `.execute(database.kysely)
  return rows.map(row => row.shard)
}
