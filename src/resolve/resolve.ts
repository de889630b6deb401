import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import type { HubKey } from '#config/key.ts'
import { assert } from '#model/assert.ts'
import { loadCause, sourceCause } from '#model/causes.ts'
import { entityModel } from '#model/fields.ts'
import type { Ids } from '#model/ids.ts'
import { goldenShard } from '#model/shard.ts'
import type { Stage } from '#model/stages.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Tracing } from '#observe/tracing.ts'
import type { StrongKey } from '#rules/identity/identity.ts'
import { losesTo } from '#rules/statement/lost-edit.ts'
import type { StewardValue } from '#rules/survivorship/survivorship.ts'
import { type BatchWork, type Committed, drainBatch } from '#store/batch.ts'
import type { Database, Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { commitResolved, commitReviews, completeLinks, linkTargets, type ResolveWrites } from './commit.ts'
import { decide, type Decision } from './decide.ts'
import { computeGolden, goldenKeys, type GoldenPolicy, type GoldenWrite, sourceKeys } from './golden.ts'
import { type Candidate, groupCandidates, keyId } from './group.ts'
import { countIdentity } from './identity-notes.ts'
import { linksOf } from './links.ts'
import { matchBatch, storeMatched } from './matching/batch.ts'
import { type JoinedRecord, storeJoined } from './matching/joined.ts'
import type { MatchingSettings } from './matching/settings.ts'
import { commitMerges, moveStragglers } from './merges.ts'
import { pairText } from './pair-text.ts'
import {
  claimWork,
  lockGoldens,
  lockKeys,
  readNever,
  readOwners,
  remoteText,
  type KeyRow,
  type Source,
  type StoredGolden,
  type WorkItem,
} from './rows.ts'
import { withoutErased } from './suppressed.ts'

const SOURCES_PER_BATCH_MAX = 200
/** Comparing a record costs milliseconds: a batch must not hold its locks for long. */
const MATCHED_PER_BATCH_MAX = 50

export interface ResolveParts {
  database: Database
  config: Pick<HubConfig, 'limits' | 'policy' | 'hub'>
  policy: GoldenPolicy
  /** Weak evidence is used where this is set; asked at each batch, for weights change while the hub runs. */
  matching?: (() => MatchingSettings | undefined) | undefined
  /** The key of the hashes that keep erased persons out. */
  key: Pick<HubKey, 'hashes'>
  ids: Ids
  wake: (stage: Stage, shards: Iterable<number>) => void
  log: Log
  metrics: Metrics
  tracing?: Tracing | undefined
}

/** Stage 3: source records find their golden record by strong keys; golden records are computed from all their sources. */
export function createResolve(parts: ResolveParts) {
  const work: BatchWork<WorkItem> = {
    stage: 'resolve',
    traceIdOf: item => item.traceId,
    get rowsMax() {
      return parts.matching?.() === undefined ? SOURCES_PER_BATCH_MAX : MATCHED_PER_BATCH_MAX
    },
    claim: claimWork,
    run: (tx, items) => resolve(parts, tx, items),
    bury: (tx, item, error) => bury(parts, tx, item, error),
  }
  return (shard: number) => drainBatch(parts, work, shard)
}

const LOOKS_MAX = 4

/**
 * Finds the golden records that the batch belongs to, and locks them. One that another batch merged away between the look
 * and the lock is looked for again: its records and keys are with the winner now.
 */
async function locate(
  parts: ResolveParts,
  tx: Tx,
  claimed: readonly WorkItem[],
  matching: MatchingSettings | undefined,
) {
  const { policy } = parts
  const claimedRows = keyRowsOf(claimed, policy)
  await lockKeys(tx, claimedRows)
  for (let look = 1; ; look += 1) {
    const owners = await readOwners(tx, claimedRows, claimed)
    const items = owners.suppressing ? await withoutErased(tx, claimed, owners, parts) : claimed
    const matched = matching && (await matchBatch(tx, items, owners, item => strongKeysOf(item, policy), matching))
    const candidates = items.map((item, index): Candidate => ({
      entity: item.entity,
      keys: strongKeysOf(item, policy),
      goldenId: undefined,
      ...owners.remotes.get(remoteText(item.system, item.object, item.remoteId)),
      weak: matched?.evidence.get(index),
    }))
    const ownerOf = new Map(owners.keys.map(key => [keyId(key.entity, key), key.goldenId]))
    const components = groupCandidates(candidates, ownerOf)
    const stored = await lockGoldens(tx, [...new Set(components.flatMap(component => component.goldenIds))])
    const merged = [...stored.values()].filter(golden => golden.state === 'merged')
    if (merged.length === 0) return { items, candidates, components, stored, matched }
    assert(look < LOOKS_MAX, `golden record ${merged[0]?.id} was merged, yet records and keys are left to it`)
    // A write that was settled in the moment of the merge may have left its remote record behind.
    if (look > 1) await moveStragglers(tx, [...stored.keys()])
  }
}

async function resolve(parts: ResolveParts, tx: Tx, claimed: readonly WorkItem[]): Promise<Committed> {
  const { policy } = parts
  const matching = parts.matching?.()
  const { items, candidates, components, stored, matched } = await locate(parts, tx, claimed, matching)
  const never = await readNeverPairs(
    tx,
    components.filter(component => component.goldenIds.length > 1).flatMap(component => component.goldenIds),
  )
  const decisions = components.map(component =>
    decide(component, {
      candidates,
      keysOf: id => keysOfGolden(stored.get(id), policy),
      sizeOf: id => stored.get(id)?.remoteCount ?? 0,
      never,
      keyUsesMax: parts.config.policy.keyUsesMax,
      newId: () => parts.ids.uuid(),
      matching: matching && matched && { ...matching, conflicts: matched.conflicts },
    }),
  )
  const joined = joinedOf(parts, decisions, items)
  await storeJoined(tx, joined)
  const merges = [
    ...joined.map(({ winnerId, goldenId: loserId }) => ({ winnerId, loserId, cause: 'match' as const })),
    ...decisions.flatMap(decision => decision.merges),
  ].map(merge => ({ ...merge, logId: parts.ids.uuid() }))
  const linking = await commitMerges(tx, merges)
  const placed = new Map(decisions.flatMap(decision => [...decision.goldenOf]))
  const goldens = computeGoldens(items, placed, merges, stored, policy)
  const changed = goldens.filter(golden => golden.changed)
  const changedIds = new Set(changed.map(golden => golden.id))
  // A replay goes all the way; a statement that lost may have to be written over where it was made.
  const again = items.flatMap((item, index) => {
    const goldenId = goldenOf(placed, index)
    if (changedIds.has(goldenId)) return []
    return item.replay || losesSomewhere(item, stored.get(goldenId)) ? [goldenId] : []
  })
  const cause = new Map(items.map((item, index) => [goldenOf(placed, index), item]))
  const writes: ResolveWrites = {
    goldens,
    links: changed.flatMap(golden => linksOf(golden, parts.config.hub.defaultCountry)),
    crosswalk: items.map((item, index) => ({
      system: item.system,
      object: item.object,
      remoteId: item.remoteId,
      goldenId: goldenOf(placed, index),
      tombstone: item.tombstone,
      eventId: item.eventId,
      traceId: item.traceId,
    })),
    plans: [
      ...[...linking, ...merges.map(merge => merge.winnerId)].map(goldenId => ({
        goldenId,
        cause: 'merge',
        eventId: undefined,
        traceId: items[0]?.traceId ?? '',
      })),
      ...[...new Set([...changedIds, ...again])].map(goldenId => ({
        goldenId,
        cause: causeOf(cause.get(goldenId)),
        eventId: cause.get(goldenId)?.eventId,
        traceId: cause.get(goldenId)?.traceId ?? '',
      })),
    ],
  }
  const { shards } = parts.config.limits
  const planned = await commitResolved(tx, writes, shards)
  const reviews = decisions.flatMap((decision, index) => {
    const entity = candidates[components[index]?.candidates[0] ?? 0]?.entity ?? ''
    return decision.reviews.map(review => ({ ...review, id: parts.ids.uuid(), entity }))
  })
  await commitReviews(tx, reviews)
  const winnerOf = new Map(merges.map(merge => [merge.loserId, merge.winnerId]))
  const questions =
    matching && matched
      ? await storeMatched(
          tx,
          matched,
          index => goldenOf(placed, index),
          id => winnerOf.get(id) ?? id,
          matching,
          parts.ids,
        )
      : 0
  return {
    counts: {
      created: goldens.filter(golden => golden.isNew).length,
      changed: changed.length,
      merged: merges.length,
      reviews: reviews.length + questions,
    },
    async after() {
      for (const merge of merges) parts.metrics.merges.inc({ entity: stored.get(merge.winnerId)?.entity ?? '' })
      countIdentity(parts.metrics, { candidates, placed, goldens, reviews, questions })
      parts.wake('plan', new Set(planned.map(id => goldenShard(id, shards))))
      const linked = await completeLinks(parts.database, shards, items[0]?.traceId ?? '', linkTargets(writes))
      parts.wake('plan', new Set(linked.map(id => goldenShard(id, shards))))
    },
  }
}

/** New records that weak evidence alone brought to a customer, each with a golden record of its own to be merged. */
function joinedOf(
  parts: ResolveParts,
  decisions: readonly Decision[],
  items: readonly WorkItem[],
): (JoinedRecord & { winnerId: string })[] {
  return decisions.flatMap(decision =>
    decision.joined.flatMap(({ index, winnerId }) => {
      const item = items[index]
      if (item === undefined) return []
      const { system, object, remoteId, entity } = item
      return [{ system, object, remoteId, entity, goldenId: parts.ids.uuid(), winnerId }]
    }),
  )
}

/** Why the golden record changed; one that was moved without any work of its own in the batch was merged. */
function causeOf(item: WorkItem | undefined): string {
  if (item === undefined) return 'merge'
  if (item.cause !== null) return item.cause
  if (item.priority > 0) return loadCause(item.system)
  return item.replay ? 'replay' : sourceCause(item.system)
}

/** What is seen in the system is its own statement, and not what the golden record says. */
function losesSomewhere({ system, entity, fields, tombstone }: Source, golden: StoredGolden | undefined): boolean {
  if (golden === undefined || tombstone) return false
  const { fields: models } = entityModel(entity)
  return Object.entries(fields).some(([name, field]) => {
    const [model, value] = [models.get(name), golden.fields[name]]
    return model !== undefined && value !== undefined && losesTo({ system, model, field, golden: value }, () => true)
  })
}

function strongKeysOf(item: WorkItem, policy: GoldenPolicy): StrongKey[] {
  return entityModel(item.entity).class === 'mastered' ? sourceKeys(item, policy) : []
}

function keyRowsOf(items: readonly WorkItem[], policy: GoldenPolicy): KeyRow[] {
  return items.flatMap(item =>
    strongKeysOf(item, policy).map(key => ({ entity: item.entity, kind: key.kind, value: key.value })),
  )
}

/** Golden records touched by the batch, computed from stored sources with the batch's own laid over them. */
function computeGoldens(
  items: readonly WorkItem[],
  placed: ReadonlyMap<number, string>,
  merges: readonly { winnerId: string; loserId: string }[],
  stored: ReadonlyMap<string, StoredGolden>,
  policy: GoldenPolicy,
): GoldenWrite[] {
  const members = new Map<string, Map<string, Source>>()
  function add(goldenId: string, source: Source): void {
    const sources = members.get(goldenId) ?? new Map<string, Source>()
    members.set(goldenId, sources)
    sources.set(remoteText(source.system, source.object, source.remoteId), source)
  }
  const winnerOf = new Map(merges.map(merge => [merge.loserId, merge.winnerId]))
  for (const golden of stored.values())
    for (const source of golden.sources) add(winnerOf.get(golden.id) ?? golden.id, source)
  for (const [index, item] of items.entries()) add(goldenOf(placed, index), item)

  const written: GoldenWrite[] = []
  for (const [goldenId, sources] of members) {
    const list = [...sources.values()]
    const entity = list[0]?.entity
    if (entity === undefined) continue
    const golden = computeGolden(goldenId, entity, list, withStewards(goldenId, merges, stored), policy)
    if (golden !== undefined) written.push(golden)
  }
  return written
}

/** The stored golden record, with what a steward said of those that are merged into it now. */
function withStewards(
  goldenId: string,
  merges: readonly { winnerId: string; loserId: string }[],
  stored: ReadonlyMap<string, StoredGolden>,
): StoredGolden | undefined {
  const golden = stored.get(goldenId)
  if (golden === undefined) return undefined
  const losers = merges.filter(merge => merge.winnerId === goldenId).map(merge => stored.get(merge.loserId))
  const steward: Record<string, StewardValue> = {}
  for (const one of [...losers, golden]) Object.assign(steward, one?.steward)
  return { ...golden, steward }
}

function goldenOf(placed: ReadonlyMap<number, string>, index: number): string {
  const goldenId = placed.get(index)
  assert(goldenId !== undefined, `candidate ${index} was placed in a golden record`)
  return goldenId
}

function keysOfGolden(golden: StoredGolden | undefined, policy: GoldenPolicy): StrongKey[] {
  if (golden === undefined) return []
  return goldenKeys(golden.sources, policy)
}

async function readNeverPairs(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  return new Set((await readNever(tx, ids)).map(pair => pairText(pair.left, pair.right)))
}

/** A source record that cannot be resolved is a bug of ours: its event becomes a dead letter, so that it is seen and can be replayed. */
async function bury(parts: ResolveParts, tx: Tx, item: WorkItem, error: Error): Promise<void> {
  await sql`
    delete from resolve_work where system = ${item.system} and object = ${item.object} and remote_id = ${item.remoteId}
  `.execute(tx)
  if (item.eventId === undefined) return
  await sql`
    update event set state = 'dead', reason = 'internal_error', detail = ${storedJson({ stage: 'resolve', message: error.message })}::jsonb, settled_at = now()
    where id = ${item.eventId}
  `.execute(tx)
  parts.metrics.events.inc({ system: item.system, state: 'dead', reason: 'internal_error' })
}

/** Shards that have work, for the sweep. */
export async function dueResolveShards(database: Database): Promise<number[]> {
  const { rows } = await sql<{ shard: number }>`select distinct shard from resolve_work`.execute(database.kysely)
  return rows.map(row => row.shard)
}
