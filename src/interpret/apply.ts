import { assertNever } from '#model/assert.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { remoteShard } from '#model/shard.ts'
import type { Compare } from '#rules/comparators.ts'
import type { WriteInFlight } from '#rules/statement/shadow.ts'
import { applyStatement } from '#rules/statement/statement.ts'
import type { Mapped } from './mapped.ts'
import {
  type EventSettlement,
  keyText,
  type KnownShadow,
  type KnownSource,
  type PendingEvent,
  type RemoteKey,
  type SourceWrite,
} from './rows.ts'
import type { Statement } from './statements.ts'

/** What applying needs to know besides the source records. */
export interface ApplyContext {
  shards: number
  skewToleranceMs: number
  /** Whether an author of changes in this system is the hub itself. */
  isOurAuthor: (system: string, author: string) => boolean
  /** What more counts as the same in the shadow of remote records of this kind, by field. */
  compareOf: (key: Pick<RemoteKey, 'system' | 'object'>) => Readonly<Record<string, readonly Compare[]>>
}

/** The source records of a batch while its events are applied one after the other. */
export interface SourceStates {
  get(key: RemoteKey): SourceState
  find(key: RemoteKey): SourceState | undefined
  /** A create of ours that is under way has made it. */
  meet(text: string, inFlight: readonly WriteInFlight[]): void
  /** What was written to it is known by now. */
  hear(key: RemoteKey, shadow: KnownShadow): void
  /** Those that changed. */
  writes(): SourceWrite[]
}

export interface SourceState extends Partial<KnownSource> {
  write: SourceWrite | undefined
  /** Nothing is known of it yet. */
  isUnheard: boolean
}

const NOTHING_SENT: KnownShadow = {
  inFlight: [],
  sent: undefined,
  earlier: {},
  sentFromMs: undefined,
  sentAtMs: undefined,
  sentVendorAtMs: undefined,
  sentVersion: undefined,
}

export function createSourceStates(
  keys: readonly RemoteKey[],
  known: readonly (KnownSource | undefined)[],
): SourceStates {
  const states = new Map<string, SourceState>(
    keys.map((key, index) => [
      keyText(key),
      { ...known[index], write: undefined, isUnheard: known[index]?.isUnheard ?? true },
    ]),
  )
  return {
    get(key) {
      const state = states.get(keyText(key))
      if (state === undefined) throw new Error(`source record ${keyText(key)} was not loaded`)
      return state
    },
    find: key => states.get(keyText(key)),
    meet(text, inFlight) {
      const state = states.get(text)
      if (state !== undefined && inFlight.length > 0) state.shadow = { ...NOTHING_SENT, inFlight }
    },
    hear(key, shadow) {
      const state = states.get(keyText(key))
      if (state !== undefined) state.shadow = shadow
    },
    writes: () => [...states.values()].flatMap(state => (state.write === undefined ? [] : [state.write])),
  }
}

/** Applies one mapped event to the source records; returns how the event ends. */
export function applyEvent(
  event: PendingEvent,
  mapped: Mapped,
  states: SourceStates,
  context: ApplyContext,
): EventSettlement {
  switch (mapped.kind) {
    case 'dead':
      return settlement(event, 'dead', mapped.reason, mapped.detail, mapped.notes)
    case 'ignored':
      return settlement(event, 'ignored', mapped.reason, mapped.detail, undefined)
    case 'statements': {
      const results = mapped.statements.map(statement =>
        applyOne(event, statement, mapped, states.get(statement), context),
      )
      const notes = [...mapped.notes, ...results.flatMap(result => result.notes)]
      const changed = results.some(result => result.changed)
      return settlement(event, 'processed', changed ? undefined : (results[0]?.why ?? 'unchanged'), undefined, notes)
    }
    default:
      return assertNever(mapped)
  }
}

interface Applied {
  changed: boolean
  why: string | undefined
  notes: Json[]
}

function applyOne(
  event: PendingEvent,
  statement: Statement,
  mapped: Mapped & { kind: 'statements' },
  state: SourceState,
  context: ApplyContext,
): Applied {
  const { shards } = context
  // The vendor merged the record away: late words of the losing id say nothing, until it is brought back.
  if (state.aliasOf !== undefined) return { changed: false, why: 'merged_away', notes: [] }
  // The answer to a write tells how the record was then: it brings nothing back.
  if (state.tombstoneAtMs !== undefined && (event.kind === 'reply' || statement.atMs <= state.tombstoneAtMs))
    return { changed: false, why: 'deleted_before', notes: [] }
  const version = statement.main ? event.version : undefined
  const before = state.fields
  const ours = oursOf(event, context)
  const applied = applyStatement(before, statement.fields, {
    entity: statement.entity,
    atMs: statement.atMs,
    eventId: event.id,
    observedAtMs: event.readFromMs ?? event.receivedAtMs,
    isRead: event.readFromMs !== undefined,
    ...(statement.toldAtMs === undefined ? {} : { toldAtMs: statement.toldAtMs }),
    origin: event.origin,
    ...(version === undefined ? {} : { version }),
    ...(state.version === undefined ? {} : { previousVersion: state.version }),
    ...(state.shadow === undefined
      ? {}
      : {
          shadow: { ...state.shadow, skewToleranceMs: context.skewToleranceMs },
          compare: context.compareOf(statement),
        }),
    ...(ours === undefined ? {} : { ours }),
    // Mapped anew it may say something else.
    ...(event.echoed !== undefined && event.echoed.mappingRevision === mapped.mappingRevision
      ? { echoed: new Set(event.echoed.fields) }
      : {}),
  })
  const restored = state.tombstoneAtMs !== undefined
  const { echoes, reappeared } = applied
  const asserted = applied.changed.length > 0 || restored || before === undefined
  const noted = echoes.filter(field => event.echoed?.fields.includes(field) !== true)
  const notes: Json[] = noted.length > 0 ? [{ code: 'echo', fields: noted }] : []
  const newest = statement.atMs >= (state.modifiedAtMs ?? Number.NEGATIVE_INFINITY)
  // A replay goes all the way again: a stage behind this one may be where the first run failed. So does what the hub read
  // back to decide on a delivery, which waits for it.
  const isReplay = event.run > 0 || event.origin === 'read'
  if (applied.fields === before && !restored) {
    if (isReplay) state.write = sourceWrite(event, statement, mapped, state, { shards, resolve: true, replay: false })
    return { changed: false, why: newest ? 'unchanged' : 'older', notes }
  }
  state.entity = statement.entity
  state.fields = applied.fields
  state.tombstoneAtMs = undefined
  state.version = applied.version ?? state.version
  if (newest) {
    state.modifiedAtMs = statement.atMs
    if (statement.main && event.kind !== 'reply') state.vendorForm = mapped.vendorForm
  }
  // What our write was to replace is there again: resolve sees that it lost, and has the delivery looked at. Where an
  // earlier write of ours replaced it, nothing is lost, and yet it must be written again.
  const resolve = asserted || reappeared.length > 0 || isReplay || state.write?.resolve === true
  const replay = reappeared.some(field => echoes.includes(field))
  state.write = sourceWrite(event, statement, mapped, state, { shards, resolve, replay })
  const isNews = applied.changed.length > 0 || restored || (before === undefined && echoes.length === 0)
  return { changed: isNews, why: isNews ? undefined : echoes.length > 0 ? 'echo' : 'unchanged', notes }
}

function oursOf(event: PendingEvent, { isOurAuthor }: ApplyContext): 'reply' | 'author' | undefined {
  if (event.kind === 'reply') return 'reply'
  return event.author !== undefined && isOurAuthor(event.system, event.author) ? 'author' : undefined
}

function sourceWrite(
  event: PendingEvent,
  statement: Statement,
  mapped: Mapped & { kind: 'statements' },
  state: SourceState,
  how: { shards: number; resolve: boolean; replay: boolean },
): SourceWrite {
  return {
    system: statement.system,
    object: statement.object,
    remoteId: statement.remoteId,
    entity: statement.entity,
    fields: state.fields ?? {},
    vendorForm: state.vendorForm,
    mappingHash: statement.main ? mapped.mappingHash : undefined,
    version: state.version,
    modifiedAtMs: state.modifiedAtMs ?? statement.atMs,
    tombstoneAtMs: undefined,
    shard: remoteShard(statement.system, statement.object, statement.remoteId, how.shards),
    eventId: event.id,
    traceId: event.traceId,
    resolve: how.resolve,
    replay: how.replay || event.run > 0 || event.origin === 'read' || state.write?.replay === true,
  }
}

function settlement(
  event: PendingEvent,
  state: EventSettlement['state'],
  reason: string | undefined,
  detail: JsonObject | undefined,
  notes: Json[] | undefined,
): EventSettlement {
  return { id: event.id, state, reason, detail, notes: notes !== undefined && notes.length > 0 ? notes : undefined }
}
