import type { Exchange } from '#connector/network/guarded-http.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { JsonObject } from '#model/json.ts'
import { callSpan } from '#observe/tracing.ts'
import { deliveryShard, goldenShard } from '#model/shard.ts'
import { earlierAfter, mayBeRemoved, writesTo } from '#rules/statement/shadow.ts'
import { exchangesJson, healthOf, notCalled, openAccess, summary } from './call.ts'
import { type Call, outcomesOf, remoteIdOf, type Sending } from './calls.ts'
import { type AttemptRow, commitSettled } from '../settle/commit.ts'
import type { SettleRow } from '../settle/settle-row.ts'
import { indexLagOf } from './index-lag.ts'
import { madeMeanwhile } from './made-meanwhile.ts'
import { type DeliverParts, isHeard, isReadable, type Told, type WriteReply } from '../parts.ts'
import { takenAgainMs } from './schedule.ts'
import { type Settlement, settle } from '../settle/settle.ts'
import { countSettled } from '../settle/notes.ts'

/** Makes the calls for leased deliveries and settles each call when it ends; calls never hold up the drain. */
export function createSender(parts: DeliverParts, wakeDependents: () => Promise<void>) {
  const running = new Set<Promise<void>>()

  async function makeCall(call: Call, leaseId: string): Promise<void> {
    const { config } = call.system
    const traceId = call.sendings[0]?.delivery.traceId ?? parts.ids.traceId()
    const span = parts.tracing?.call(
      'call',
      call.sendings.map(({ delivery }) => delivery.traceId),
    )
    const exchanges: Exchange[] = []
    const startedAtMs = parts.nowMs()
    const startedMs = performance.now()
    let calledAtMs: number | undefined
    const outcomes = await parts.gates.of(config.name).run<readonly Outcome[]>(
      async () => {
        calledAtMs = parts.nowMs()
        const access = openAccess(parts, call.system, traceId, exchanges, span?.spanId)
        const result = await outcomesOf(call, access, () => madeMeanwhile(parts.database, call))
        return { result, health: healthOf(result, exchanges) }
      },
      notBeforeMs => call.sendings.map(() => notCalled(notBeforeMs)),
    )
    const durationMs = performance.now() - startedMs
    const settlements = call.sendings.map((sending, index) => settleOne(parts, call, sending, outcomes[index]))
    const outcome = summary(outcomes)
    const attempt: AttemptRow = {
      id: parts.ids.uuid(),
      system: config.name,
      object: call.object,
      operation: call.operation,
      outcome,
      status: exchanges.at(-1)?.status,
      startedAtMs,
      durationMs: Math.round(durationMs),
      exchanges: exchangesJson(exchanges),
      traceId,
      deliveries: settlements.length,
    }
    const called = calledAtMs !== undefined
    const events = parts.ownEvents(
      toldBy(parts, call, settlements, outcomes, { traceId, calledAtMs: calledAtMs ?? startedAtMs }),
    )
    const committed = await persistently(() =>
      commitSettled(parts, leaseId, settlements, { traceId, events, attempt: called ? attempt : undefined }),
    )
    events.wake()
    await follow(call, settlements, committed)
    if (!called) return
    span?.end(callSpan({ system: config.name, object: call.object, operation: call.operation, outcome }, durationMs))
    parts.metrics.attempts.inc({ system: config.name, operation: call.operation, outcome })
    parts.metrics.attemptSeconds.observe({ system: config.name }, durationMs / 1000)
    parts.log.info(
      {
        unit: 'call',
        system: config.name,
        object: call.object,
        operation: call.operation,
        items: settlements.length,
        outcome,
        status: exchanges.at(-1)?.status,
        traceId,
        durationMs: Math.round(durationMs),
      },
      'call',
    )
  }

  /** What the settled call sets in motion: newer content, waiting children, timers. */
  async function follow(
    call: Call,
    settlements: readonly SettleRow[],
    committed: { dueShards: number[]; winners: string[] },
  ): Promise<void> {
    const { name } = call.system.config
    const { shards } = parts.config.limits
    for (const [index, row] of settlements.entries()) {
      countSettled(parts.metrics, row, call.sendings[index], parts.nowMs())
      if (row.dueInMs !== undefined && row.dueInMs > 0)
        parts.wakeAt('deliver', deliveryShard(name, row.goldenId, shards), new Date(parts.nowMs() + row.dueInMs))
    }
    const standingChanged = settlements.some(
      (row, index) =>
        (row.remoteId !== undefined && call.sendings[index]?.delivery.remote?.remoteId !== row.remoteId) ||
        row.state === 'absent' ||
        row.state === 'dead',
    )
    parts.wake('deliver', committed.dueShards)
    parts.wake('plan', new Set(committed.winners.map(goldenId => goldenShard(goldenId, shards))))
    if (standingChanged) await wakeDependents()
  }

  return {
    send(calls: readonly Call[], leaseId: string): void {
      for (const call of calls) {
        const made = makeCall(call, leaseId)
          .catch((error: unknown) => {
            // The lease runs out and the deliveries are looked at again as unknown.
            parts.log.error(
              { err: error, unit: 'call', system: call.system.config.name, items: call.sendings.length },
              'a call could not be settled',
            )
          })
          .finally(() => running.delete(made))
        running.add(made)
      }
    },
    async close(): Promise<void> {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

const SETTLE_AGAIN_MS = [0, 50, 250, 1_000, 4_000]

/** What a vendor was told must be written down: else it is known again only when the lease has run out, and by a look. */
async function persistently<T>(run: () => Promise<T>): Promise<T> {
  for (const waitMs of SETTLE_AGAIN_MS) {
    try {
      return await run()
    } catch {
      await new Promise(resolve => setTimeout(resolve, waitMs))
    }
  }
  return await run()
}

/** What the outcomes tell of remote records, and those of which they tell that more is to be known. */
function toldBy(
  parts: DeliverParts,
  call: Call,
  settlements: readonly SettleRow[],
  outcomes: readonly Outcome[],
  when: { traceId: string; calledAtMs: number },
): Told {
  const place = { system: call.system.config.name, object: call.object }
  const replies = outcomes.flatMap((outcome, index) => {
    const row = settlements[index]
    return row === undefined ? [] : replyOf(call, row, outcome, when)
  })
  const reads = settlements.flatMap(({ calledId }, index) => {
    const outcome = outcomes[index]
    if (calledId === undefined || (outcome?.kind !== 'conflict' && outcome?.kind !== 'exists')) return []
    // What an update met is read too: who it is decides whether the two are one customer.
    const remoteId = outcome.kind === 'exists' ? outcome.remoteId : calledId
    return [{ ...place, remoteId, traceId: when.traceId }]
  })
  return { replies: isHeard(parts, place) ? replies : [], reads: isReadable(parts, place) ? reads : [] }
}

/** What an outcome tells of the remote record: its state as the vendor renders it, or that it is gone. */
function replyOf(
  call: Call,
  row: SettleRow,
  outcome: Outcome,
  { traceId, calledAtMs }: { traceId: string; calledAtMs: number },
): WriteReply[] {
  const place = { system: row.system, object: call.object, traceId }
  if (outcome.kind === 'gone' && row.reason === 'deleted_there' && row.calledId !== undefined)
    return [{ ...place, remoteId: row.calledId, state: undefined, atMs: calledAtMs, version: undefined }]
  if (outcome.kind !== 'delivered' || outcome.state === undefined || !row.acknowledged) return []
  const { remoteId, state, version, formerId, modifiedAtMs: atMs = calledAtMs } = outcome
  return [{ ...place, remoteId, state, atMs, version, ...(formerId === undefined ? {} : { formerId }) }]
}

/** What was written is there; members that flip still differ, and a person is to see that. */
function withoutFlipping(
  settlement: Settlement,
  decision: Sending['decision'],
): Settlement | (Omit<Settlement, 'state' | 'detail'> & Pick<SettleRow, 'state' | 'detail'>) {
  const members = decision.kind === 'write' ? decision.frozen : undefined
  if (members === undefined || settlement.state !== 'synced') return settlement
  return { ...settlement, state: 'frozen', reason: 'flip_flop', detail: { members } }
}

function settleOne(parts: DeliverParts, call: Call, sending: Sending, outcome: Outcome | undefined): SettleRow {
  const { delivery, decision } = sending
  const { manifest } = call.system.connector
  const { settings } = call.system.config
  const idempotency =
    typeof manifest.idempotency === 'function' ? manifest.idempotency(settings, call.object) : manifest.idempotency
  const known = outcome ?? { kind: 'unknown', reason: 'The call gave no outcome.' }
  const isPoll = decision.kind === 'poll'
  const action = actionOf(sending)
  const calledId = remoteIdOf(decision)
  const settlement: Settlement = settle({
    job: isPoll ? decision.job : undefined,
    calledId,
    outcome: known,
    failures: delivery.failures,
    mayBeRemoved: mayBeRemoved(delivery.remote?.remoteId, delivery.unsettled),
    canSettleUnknown: idempotency !== 'atLeastOnce' || delivery.remote !== undefined,
    indexLagMs: indexLagOf(call.system),
    action,
    nowMs: parts.nowMs(),
    random: parts.random(),
  })
  // A look tells nothing of a write that is open; only one that was looked for and is not there was never made.
  const isLook = decision.kind === 'look'
  const isOpen = delivery.isOpen && !(isLook && known.kind === 'gone')
  const acknowledged = known.kind === 'delivered' && (decision.kind === 'write' || isPoll)
  return {
    system: delivery.system,
    object: delivery.object,
    goldenId: delivery.goldenId,
    action,
    plannedAt: delivery.plannedAt,
    calledId,
    ...(isLook ? ofLook(settlement, known) : withoutFlipping(settlement, decision)),
    sentVersion: known.kind === 'delivered' ? delivery.golden.version : undefined,
    acknowledged,
    isFirst: acknowledged && delivery.remote !== undefined && delivery.remote.sent === undefined,
    isOpen: known.kind === 'unknown' || settlement.state === 'submitted' || (isOpen && isLook),
    staysOpen: isOpen && !isLook && (!acknowledged || leavesOpen(sending)),
    sentEarlier: acknowledged ? earlierOf(sending) : undefined,
    kept: keptOf(decision),
    remoteVersion: known.kind === 'delivered' ? known.version : undefined,
    remoteAtMs: known.kind === 'delivered' ? known.modifiedAtMs : undefined,
    retryInMs: known.kind === 'exists' ? takenAgainMs(delivery.failures + 1, parts.random()) : undefined,
    job: jobOf(sending, known, settlement, action),
  }
}

/** The job that is to be asked for, with what it does. */
function jobOf(
  { decision }: Sending,
  outcome: Outcome,
  settlement: Settlement,
  of: SettleRow['action'],
): SettleRow['job'] {
  if (outcome.kind === 'submitted') return { job: outcome.job, of }
  return settlement.state === 'submitted' && decision.kind === 'poll' ? { job: decision.job, of } : undefined
}

/** Nothing was found: it was never written. */
function ofLook(settlement: Settlement, outcome: Outcome): Settlement {
  if (outcome.kind !== 'gone') return settlement
  return { ...settlement, state: 'absent', reason: 'never_written', detail: undefined }
}

const NOTHING_SENT = {
  sent: undefined,
  earlier: {},
  sentFromMs: undefined,
  sentAtMs: undefined,
  sentVendorAtMs: undefined,
}

/**
 * What to remember of earlier writes when this one was acknowledged. A vendor that takes whole documents has got what was
 * to be left there as it was seen.
 */
function earlierOf(sending: Sending): SettleRow['sentEarlier'] {
  const { delivery, decision } = sending
  const { remote, readAtMs } = delivery
  const { write, carries, unsettled } = writeOf(sending)
  if (write === undefined) return undefined
  const now = write.fields
  const kept = keptOf(decision)
  const said = pick(now, name => !kept.includes(name))
  const shadow = remote?.shadow ?? NOTHING_SENT
  const earlier = earlierAfter(shadow, said, leavesOpen(sending) ? [] : unsettled, write)
  if (kept.length === 0) return earlier
  const left = pick(now, name => kept.includes(name))
  const written = { ...NOTHING_SENT, earlier: earlier ?? shadow.earlier }
  return earlierAfter(written, said, [{ at: readAtMs, carries, fields: left }]) ?? earlier
}

/** The write that was acknowledged, and those of unknown fate before it; a job's values are what is in flight. */
function writeOf({ delivery: { remote, readAtMs, unsettled }, decision, fields }: Sending) {
  const writes = writesTo(remote?.remoteId, unsettled)
  const carries = decision.kind === 'write' ? decision.carries : writes[0]?.carries
  const [write, ...others] = fields === undefined ? writes : [{ at: readAtMs, carries, fields }, ...writes]
  return { write, carries, unsettled: others }
}

/**
 * The last write on leaving a route says nothing of most fields: what became of the writes of unknown fate before it is no
 * more known by it. Any other write says all where there are such.
 */
function leavesOpen(sending: Sending): boolean {
  if (actionOf(sending) !== 'freeze') return false
  const { carries, unsettled } = writeOf(sending)
  return carries !== undefined && (sending.decision.kind === 'write' || unsettled.length > 0)
}

/** What was done: planning may have another wish for the delivery since a job of it began. */
function actionOf({ delivery, decision }: Sending): SettleRow['action'] {
  return decision.kind === 'poll' ? decision.of : delivery.action
}

function pick(fields: JsonObject, which: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => which(name)))
}

function keptOf(decision: Sending['decision']): readonly string[] {
  return decision.kind === 'write' ? (decision.kept?.names ?? []) : []
}
