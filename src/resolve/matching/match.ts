import { setImmediate } from 'node:timers/promises'
import type { Features } from '#rules/matching/features.ts'
import type { Tx } from '#store/database.ts'
import { pairText } from '../pair-text.ts'
import { type MatchCandidate, readCandidates, readFrequencies, readMembers } from './candidates.ts'
import type { Match, WeakEvidence } from './evidence.ts'
import type { MatchRecord } from './records.ts'
import { type Scorer, scorerOf } from './scorer.ts'
import type { MatchingSettings } from './settings.ts'
import { type BatchCustomer, weighPeers } from './peers.ts'
import { memberFeatures, type Members, type ToMatch, weigh, type Weighed } from './weigh.ts'

/** A stored record as it is read to be compared once more. */
export interface StoredRecord extends Omit<MatchRecord, 'remoteId'> {
  remote_id: string
  golden_id: string
}

export function storedToMatch(row: StoredRecord): ToMatch {
  return { record: { ...row, remoteId: row.remote_id }, goldenId: row.golden_id, ownerIds: [] }
}

export interface Matched {
  evidence: WeakEvidence[]
  /** Golden records that one record would bring together and that contradict each other, as pair texts. */
  conflicts: Set<string>
}

/** Two customers whose members speak so much against each other on average are not brought together by a third. */
const CONFLICT_BITS = -4
const COMPARED_MEMBERS_MAX = 12
/** What one pair can say against at most, so that a single odd record does not decide. */
const LEAST_BITS = -15

/** What weak evidence says of the records of a batch: against stored records, and against each other. */
export async function findMatches(tx: Tx, batch: readonly ToMatch[], settings: MatchingSettings): Promise<Matched> {
  const records = batch.map(({ record }) => record)
  const [candidates, contextOf] = [await readCandidates(tx, records), await readFrequencies(tx, records)]
  const compared = (n: number): Scorer => {
    const { entity = 'person', features = {} } = batch[n]?.record ?? {}
    return scorerOf(entity, features, contextOf(entity), settings.model)
  }
  const near = await nearGoldens(batch, candidates, compared, settings)
  const members = await readMembers(tx, [...new Set(near.flatMap(found => [...found.keys()]))])
  const breathe = createBreather()
  const evidence: Weighed[] = []
  const customers: BatchCustomer[] = []
  for (const [n, one] of batch.entries()) {
    const found = weigh(one, near[n] ?? new Map(), members, compared(n), settings)
    evidence.push(found)
    weighPeers(found, batch, customers, near[n] ?? new Map(), members, compared(n), settings)
    await breathe()
  }
  return { evidence, conflicts: conflictsOf(batch, evidence, members, contextOf, settings) }
}

/** Comparing takes time on the one thread: the event loop gets its turn at least every 20 ms. */
const TURN_MS = 20

function createBreather(): () => Promise<void> {
  let sinceMs = performance.now()
  return async () => {
    if (performance.now() - sinceMs < TURN_MS) return
    await setImmediate()
    sinceMs = performance.now()
  }
}

type ContextOf = Awaited<ReturnType<typeof readFrequencies>>

/** Per record the golden records that are worth a closer look, with the best agreement that any of their records showed. */
async function nearGoldens(
  batch: readonly ToMatch[],
  candidates: readonly MatchCandidate[],
  compared: (n: number) => Scorer,
  { reviewBits }: MatchingSettings,
): Promise<Map<string, Match>[]> {
  const near = batch.map(() => new Map<string, Match>())
  const scorers = batch.map((_, n) => compared(n).of)
  const breathe = createBreather()
  for (const { n, goldenId, features } of candidates) {
    const [found, one] = [near[n], scorers[n]]
    if (found === undefined || one === undefined || goldenId === batch[n]?.goldenId) continue
    const match = one(features)
    if (match.bits > (found.get(goldenId)?.bits ?? -Infinity)) found.set(goldenId, match)
    await breathe()
  }
  for (const [n, found] of near.entries()) {
    const owners = batch[n]?.ownerIds ?? []
    for (const [goldenId, { bits }] of found)
      if (bits < reviewBits && !owners.includes(goldenId)) found.delete(goldenId)
    const { goldenId } = batch[n] ?? {}
    // What holds the record already is asked too, whether it agrees with those that would join.
    if (goldenId !== undefined && found.size > 0) found.set(goldenId, { bits: -Infinity, against: '', findings: [] })
  }
  return near
}

function conflictsOf(
  batch: readonly ToMatch[],
  evidence: readonly WeakEvidence[],
  members: Members,
  contextOf: ContextOf,
  settings: MatchingSettings,
): Set<string> {
  const conflicts = new Set<string>()
  const asked = new Set<string>()
  for (const [n, { links }] of evidence.entries()) {
    const { record, goldenId } = batch[n] ?? {}
    if (record === undefined) continue
    const ids = [...links.keys(), ...(goldenId === undefined ? [] : [goldenId])]
    for (const [at, left] of ids.entries()) {
      for (const right of ids.slice(at + 1)) {
        const pair = pairText(left, right)
        if (asked.has(pair)) continue
        asked.add(pair)
        if (
          meanBits(record, memberFeatures(members, left), memberFeatures(members, right), contextOf, settings) <
          CONFLICT_BITS
        )
          conflicts.add(pair)
      }
    }
  }
  return conflicts
}

function meanBits(
  { entity }: MatchRecord,
  left: readonly Features[],
  right: readonly Features[],
  contextOf: ContextOf,
  { model }: MatchingSettings,
): number {
  const all = left.slice(0, COMPARED_MEMBERS_MAX).flatMap(one => {
    const compared = scorerOf(entity, one, contextOf(entity), model)
    return right.slice(0, COMPARED_MEMBERS_MAX).map(other => compared.of(other).bits)
  })
  return all.length === 0 ? 0 : all.reduce((sum, bits) => sum + Math.max(LEAST_BITS, bits), 0) / all.length
}
