import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import type { HubKey } from '#config/key.ts'
import type { Systems } from '#connector/system.ts'
import type { MappingLibrary } from '#mapping/library.ts'
import type { Stage } from '#model/stages.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { IdentityOptions } from '#rules/identity.ts'
import { type BatchWork, type Committed, drainBatch } from '#store/batch.ts'
import type { Database, Tx } from '#store/database.ts'
import { blankEvents, findSuppressed } from '#store/suppression.ts'
import { applyEvent, applyRemoval, createSourceStates } from './apply.ts'
import { type Mapped, mapEvent } from './mapped.ts'
import {
  claimEvents,
  commitInterpreted,
  type EventSettlement,
  keyText,
  lockSources,
  markAliases,
  type PendingEvent,
  type RemoteKey,
} from './rows.ts'
import { keepOut, type KeptOut, suppressionTexts } from './suppressed.ts'

const EVENTS_PER_BATCH_MAX = 250
/** A batch whose mappings take longer ends early: others get their turn, and the rest comes with the next batch. */
const MAPPING_MS_PER_BATCH_MAX = 250

export interface InterpretParts {
  database: Database
  config: Pick<HubConfig, 'limits'>
  systems: Systems
  mappings: MappingLibrary
  /** How strong keys are read, and the key of the hashes that keep erased persons out. */
  identity: IdentityOptions
  key: Pick<HubKey, 'hashes'>
  wake: (stage: Stage, shards: Iterable<number>) => void
  log: Log
  metrics: Metrics
}

/** Stage 2: events become statements in source records, through the inbound mapping. */
export function createInterpret(parts: InterpretParts) {
  const work: BatchWork<PendingEvent> = {
    stage: 'interpret',
    rowsMax: EVENTS_PER_BATCH_MAX,
    claim: claimEvents,
    run: (tx, events) => interpret(parts, tx, events),
    async bury(tx, event, error) {
      await commitInterpreted(
        tx,
        [],
        [
          {
            id: event.id,
            state: 'dead',
            reason: 'internal_error',
            detail: { message: error.message },
            notes: undefined,
          },
        ],
      )
      parts.metrics.events.inc({ system: event.system, state: 'dead', reason: 'internal_error' })
    },
  }
  return (shard: number) => drainBatch(parts, work, shard)
}

async function interpret(parts: InterpretParts, tx: Tx, claimed: readonly PendingEvent[]): Promise<Committed> {
  const { shards } = parts.config.limits
  const mapped = mapWithinBudget(parts, claimed)
  const events = claimed.slice(0, mapped.length)
  const keys = distinctKeys(events, mapped)
  const { known, suppressing } = await lockSources(tx, keys)
  const states = createSourceStates(keys, known)
  const keptOut = suppressing ? await keepErasedOut(parts, tx, events, mapped) : []

  const settlements: EventSettlement[] = []
  for (const [index, event] of events.entries()) {
    const removal = removalKey(event)
    const out = keptOut[index]
    const result = out?.kind === 'some' ? out.mapped : mapped[index]
    if (out?.kind === 'all') settlements.push(suppressedWhole(event))
    else if (removal !== undefined) settlements.push(applyRemoval(event, states.get(removal), removal, shards))
    else if (result !== undefined) {
      const settled = applyEvent(event, result, states, shards)
      settlements.push(out?.kind === 'some' ? { ...settled, reason: 'suppressed' } : settled)
    }
  }
  const writes = states.writes()
  const loaded = new Set(events.filter(event => event.origin === 'load').map(event => event.id))
  await commitInterpreted(tx, writes, settlements, loaded)
  await markAliases(tx, mergeAliases(events.filter((_, index) => keptOut[index]?.kind !== 'all')))
  await blankEvents(
    tx,
    events.flatMap(({ id }, index) => {
      const kind = keptOut[index]?.kind ?? 'nothing'
      return kind === 'nothing' ? [] : [{ id, whole: kind === 'all' }]
    }),
  )

  return {
    left: claimed.length - events.length,
    counts: {
      processed: count(settlements, 'processed'),
      ignored: count(settlements, 'ignored'),
      dead: count(settlements, 'dead'),
      sources: writes.length,
    },
    after() {
      for (const [index, settled] of settlements.entries()) {
        parts.metrics.events.inc({
          system: events[index]?.system ?? '',
          state: settled.state,
          reason: settled.reason ?? '',
        })
      }
      parts.wake('resolve', new Set(writes.filter(write => write.resolve).map(write => write.shard)))
    },
  }
}

/** Maps events in order until the batch's time is up; at least one. */
function mapWithinBudget(parts: InterpretParts, events: readonly PendingEvent[]): (Mapped | undefined)[] {
  const { nestingMax } = parts.config.limits
  const endMs = performance.now() + MAPPING_MS_PER_BATCH_MAX
  const mapped: (Mapped | undefined)[] = []
  for (const event of events) {
    if (mapped.length > 0 && performance.now() > endMs) break
    mapped.push(mapOrExplain(parts, event, nestingMax))
  }
  return mapped
}

/** One statement for a batch, once somebody was erased; none before. */
async function keepErasedOut(
  parts: InterpretParts,
  tx: Tx,
  events: readonly PendingEvent[],
  mapped: readonly (Mapped | undefined)[],
): Promise<KeptOut[]> {
  const texts = events.flatMap((event, index) => suppressionTexts(event, mapped[index], parts.identity))
  const suppressed = await findSuppressed(tx, parts.key, texts)
  return events.map((event, index) => keepOut(event, mapped[index], suppressed, parts.identity))
}

function suppressedWhole({ id }: PendingEvent): EventSettlement {
  return { id, state: 'ignored', reason: 'suppressed', detail: undefined, notes: undefined }
}

function mapOrExplain(parts: InterpretParts, event: PendingEvent, nestingMax: number): Mapped | undefined {
  if (removalKey(event) !== undefined) return undefined
  const system = parts.systems.get(event.system)
  if (system === undefined)
    return {
      kind: 'dead',
      reason: 'unknown_system',
      detail: { message: `System "${event.system}" is no longer in the configuration.` },
    }
  return mapEvent(event, {
    system,
    mappings: parts.mappings,
    nestingMax,
    defaultCountry: parts.identity.defaultCountry,
  })
}

/** The remote record that a delete or merge event takes away. */
function removalKey(event: PendingEvent): RemoteKey | undefined {
  if (event.remoteId === undefined || (event.kind !== 'delete' && event.kind !== 'merge')) return undefined
  return { system: event.system, object: event.object, remoteId: event.remoteId }
}

function distinctKeys(events: readonly PendingEvent[], mapped: readonly (Mapped | undefined)[]): RemoteKey[] {
  const keys = new Map<string, RemoteKey>()
  for (const [index, event] of events.entries()) {
    const removal = removalKey(event)
    if (removal !== undefined) keys.set(keyText(removal), removal)
    const result = mapped[index]
    if (result?.kind === 'statements')
      for (const statement of result.statements) keys.set(keyText(statement), statement)
  }
  return [...keys.values()]
}

function mergeAliases(events: readonly PendingEvent[]) {
  return events.flatMap(({ kind, system, object, remoteId, mergedInto }) =>
    kind === 'merge' && remoteId !== undefined && mergedInto !== undefined
      ? [{ system, object, remoteId, aliasOf: mergedInto }]
      : [],
  )
}

function count(settlements: readonly EventSettlement[], state: EventSettlement['state']): number {
  return settlements.filter(settlement => settlement.state === state).length
}

/** Shards that have pending events, for the sweep. */
export async function dueInterpretShards(database: Database): Promise<number[]> {
  const { rows } = await sql<{ shard: number }>`select distinct shard from event where state = 'pending'`.execute(
    database.kysely,
  )
  return rows.map(row => row.shard)
}
