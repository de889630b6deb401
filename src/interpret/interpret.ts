import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import type { HubKey } from '#config/key.ts'
import { comparatorsOf, type Systems } from '#connector/system.ts'
import { noAnswer, runAnswered, type Xref } from '#mapping/asks.ts'
import type { MappingLibrary } from '#mapping/library.ts'
import type { Stage } from '#model/stages.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Tracing } from '#observe/tracing.ts'
import type { IdentityOptions } from '#rules/identity/identity.ts'
import { type BatchWork, type Committed, drainBatch } from '#store/batch.ts'
import { findGoldenIds } from '#store/customers/crosswalk.ts'
import type { Database, Tx } from '#store/database.ts'
import { blankEvents, findSuppressed } from '#store/customers/suppression.ts'
import { type Alias, aliasOf, liftAliases, markAliases } from './aliases.ts'
import { type ApplyContext, applyEvent, createSourceStates, type SourceStates } from './apply.ts'
import { type Mapped, mapEvent } from './mapped.ts'
import {
  claimEvents,
  commitInterpreted,
  type EventSettlement,
  keyText,
  lockSources,
  type PendingEvent,
  type RemoteKey,
} from './rows.ts'
import {
  applyRemoval,
  applyReturn,
  beingKeys,
  bringsBack,
  handOverTombstones,
  keyOf,
  markTombstones,
  readRemovalFacts,
  type RemovalFacts,
  removalKey,
  type Tombstone,
} from './removal.ts'
import { linkNewcomers } from './newcomers.ts'
import { countSettled } from './settled-notes.ts'
import { keepOut, type KeptOut, suppressionTexts } from './suppressed.ts'

const EVENTS_PER_BATCH_MAX = 250
/** A batch whose mappings take longer ends early: others get their turn, and the rest comes with the next batch. */
const MAPPING_MS_PER_BATCH_MAX = 250

export interface InterpretParts {
  database: Database
  config: Pick<HubConfig, 'limits' | 'policy' | 'routes'>
  systems: Systems
  mappings: MappingLibrary
  /** How strong keys are read, and the key of the hashes that keep erased persons out. */
  identity: IdentityOptions
  key: Pick<HubKey, 'hashes'>
  wake: (stage: Stage, shards: Iterable<number>) => void
  log: Log
  metrics: Metrics
  tracing?: Tracing | undefined
}

/** Stage 2: events become statements in source records, through the inbound mapping. */
export function createInterpret(parts: InterpretParts) {
  const work: BatchWork<PendingEvent> = {
    stage: 'interpret',
    rowsMax: EVENTS_PER_BATCH_MAX,
    traceIdOf: event => event.traceId,
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
  const context = applyContext(parts)
  const mapped = await mapWithinBudget(parts, tx, claimed)
  const events = claimed.slice(0, mapped.length)
  const keys = distinctKeys(events, mapped)
  const { known, suppressing } = await lockSources(tx, keys)
  const states = createSourceStates(keys, known)
  const keptOut = suppressing ? await keepErasedOut(parts, tx, events, mapped, states) : []
  const whole = mapped.filter((_, index) => (keptOut[index]?.kind ?? 'nothing') === 'nothing')
  await meetNewcomers(parts, tx, whole, states)

  const removed = new Map(events.flatMap(event => removalKey(event) ?? []).map(key => [keyText(key), key]))
  const batch = createBatch(states, await readRemovalFacts(tx, [...removed.values()]), context)

  const settlements: EventSettlement[] = []
  for (const [index, event] of events.entries()) {
    const out = keptOut[index]
    const result = out?.kind === 'some' ? out.mapped : mapped[index]
    if (out?.kind === 'all') settlements.push(suppressedWhole(event))
    else if (event.copyOf !== undefined) settlements.push(repeated(event))
    else {
      const settled = batch.apply(event, result)
      const mappingRevision = mapped[index]?.mappingRevision
      const reason = out?.kind === 'some' && mapped[index] !== undefined ? 'suppressed' : settled?.reason
      if (settled !== undefined) settlements.push({ ...settled, reason, mappingRevision })
    }
  }
  const writes = states.writes()
  const loaded = new Set(events.filter(event => event.origin === 'load').map(event => event.id))
  await commitInterpreted(tx, writes, settlements, loaded)
  await batch.commit(tx)
  await blankEvents(
    tx,
    events.flatMap(({ id }, index) => {
      const kind = keptOut[index]?.kind ?? 'nothing'
      return kind === 'nothing' ? [] : [{ id, whole: kind === 'all' }]
    }),
  )
  // What a record held that was never heard of before it was deleted is nobody's, and an erasure could not find it.
  const unknown = settlements.filter(({ reason }) => reason === 'unknown_record')
  await blankEvents(
    tx,
    unknown.map(({ id }) => ({ id, whole: false })),
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
      const systemOf = new Map(events.map(event => [event.id, event.system]))
      for (const settled of settlements) countSettled(parts.metrics, systemOf.get(settled.id) ?? '', settled)
      parts.wake('resolve', new Set(writes.filter(write => write.resolve).map(write => write.shard)))
    },
  }
}

/** Applies the events of a batch one after the other, and writes what concerns the being of remote records. */
function createBatch(states: SourceStates, facts: ReadonlyMap<string, RemovalFacts>, context: ApplyContext) {
  const tombstones: Tombstone[] = []
  const aliases: Alias[] = []
  const back: RemoteKey[] = []
  return {
    apply(event: PendingEvent, mapped: Mapped | undefined): EventSettlement | undefined {
      const key = keyOf(event)
      if (key !== undefined && removalKey(event) !== undefined) {
        const state = states.get(key)
        const { settlement, tombstone } = applyRemoval(event, state, key, context, facts.get(keyText(key)))
        const alias = settlement.state === 'processed' ? aliasOf(event) : undefined
        if (tombstone !== undefined) tombstones.push(tombstone)
        if (alias !== undefined) {
          state.aliasOf = alias.aliasOf
          aliases.push(alias)
        }
        return settlement
      }
      const state = key === undefined ? undefined : states.find(key)
      const isBack = key !== undefined && state !== undefined && bringsBack(event, state)
      if (isBack) {
        applyReturn(event, state, key, context.shards)
        back.push(key)
      }
      const settled = mapped === undefined ? undefined : applyEvent(event, mapped, states, context)
      return isBack && settled?.state === 'ignored' ? { ...settled, state: 'processed', reason: undefined } : settled
    },
    async commit(tx: Tx): Promise<void> {
      await markTombstones(tx, tombstones)
      await markAliases(tx, aliases)
      await liftAliases(tx, back)
      await handOverTombstones(tx, back)
    },
  }
}

/** Records never heard of, in systems that we write to, may be our own creates: then what we write to them is known. */
async function meetNewcomers(
  parts: InterpretParts,
  tx: Tx,
  mapped: readonly (Mapped | undefined)[],
  states: SourceStates,
): Promise<void> {
  const written = new Set(parts.config.routes.map(route => `${route.system}\n${route.object}`))
  const unheard = mapped
    .flatMap(one => (one?.kind === 'statements' ? one.statements : []))
    .filter(one => written.has(`${one.system}\n${one.object}`) && states.get(one).isUnheard)
  if (unheard.length === 0) return
  for (const [text, inFlight] of await linkNewcomers(tx, unheard, parts.identity)) states.meet(text, inFlight)
  // A create that was settled between the two looks has left what it wrote with the remote record.
  const { known } = await lockSources(tx, unheard)
  for (const [index, one] of unheard.entries()) {
    const shadow = known[index]?.shadow
    if (shadow !== undefined) states.hear(one, shadow)
  }
}

function applyContext({ config, systems }: InterpretParts): ApplyContext {
  return {
    shards: config.limits.shards,
    skewToleranceMs: config.policy.skewToleranceMs,
    isOurAuthor: (system, author) => systems.get(system)?.config.author?.includes(author) === true,
    compareOf: ({ system, object }) => comparatorsOf(systems.get(system), object),
  }
}

/** Maps events in order until the batch's time is up; at least one. */
async function mapWithinBudget(
  parts: InterpretParts,
  tx: Tx,
  events: readonly PendingEvent[],
): Promise<(Mapped | undefined)[]> {
  const map = (event: PendingEvent, xref: Xref): Mapped | undefined =>
    removalKey(event) === undefined ? mapAny(parts, event, xref) : undefined
  const mapped = await runAnswered(withinBudget(events), map, asks => findGoldenIds(tx, asks))
  return mapped.map(({ result }) => result)
}

function* withinBudget(events: readonly PendingEvent[]): Generator<PendingEvent> {
  const endMs = performance.now() + MAPPING_MS_PER_BATCH_MAX
  for (const [index, event] of events.entries()) {
    if (index > 0 && performance.now() > endMs) return
    yield event
  }
}

/** One statement for a batch, once somebody was erased; none before. What a removal tells of its record is looked at as well. */
async function keepErasedOut(
  parts: InterpretParts,
  tx: Tx,
  events: readonly PendingEvent[],
  mapped: readonly (Mapped | undefined)[],
  states: SourceStates,
): Promise<KeptOut[]> {
  const told = events.map((event, index) => mapped[index] ?? mapAny(parts, event, noAnswer))
  const texts = events.flatMap((event, index) => suppressionTexts(event, told[index], parts.identity))
  const suppressed = await findSuppressed(tx, parts.key, texts)
  const isLinked = (key: RemoteKey): boolean => states.find(key)?.isLinked === true
  return events.map((event, index) => keepOut(event, told[index], suppressed, { identity: parts.identity, isLinked }))
}

function suppressedWhole({ id }: PendingEvent): EventSettlement {
  return { id, state: 'ignored', reason: 'suppressed', detail: undefined, notes: undefined }
}

function repeated({ id, copyOf }: PendingEvent): EventSettlement {
  return { id, state: 'ignored', reason: 'duplicate', detail: { first: copyOf ?? null }, notes: undefined }
}

function mapAny(parts: InterpretParts, event: PendingEvent, xref: Xref): Mapped {
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
    nestingMax: parts.config.limits.nestingMax,
    defaultCountry: parts.identity.defaultCountry,
    xref,
  })
}

function distinctKeys(events: readonly PendingEvent[], mapped: readonly (Mapped | undefined)[]): RemoteKey[] {
  const keys = new Map<string, RemoteKey>()
  for (const [index, event] of events.entries()) {
    for (const key of beingKeys(event)) keys.set(keyText(key), key)
    const result = mapped[index]
    if (result?.kind === 'statements')
      for (const statement of result.statements) keys.set(keyText(statement), statement)
  }
  return [...keys.values()]
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
