import { blockingKeys } from '#rules/matching/blocking.ts'
import type { StrongKey } from '#rules/identity/identity.ts'
import type { Tx } from '#store/database.ts'
import { goldenKeys, type GoldenPolicy } from '../golden.ts'
import { contradiction } from '../group.ts'
import { readNever, type StoredGolden } from '../rows.ts'
import { readFrequencies } from './candidates.ts'
import { evidenceOf } from './decisions.ts'
import type { Match } from './evidence.ts'
import { type MatchRecord, matchRecord } from './records.ts'
import { type Scorer, scorerOf } from './scorer.ts'
import type { MatchingSettings } from './settings.ts'

/** What keeps two customers apart, or does not. */
export type PairReason =
  | 'never'
  | 'different_entity'
  | 'keys_contradict'
  | 'no_shared_key'
  | 'matching_off'
  | 'no_shared_block'
  | 'too_many_records'
  | 'below_review'
  | 'asked'
  | 'would_link'

/** Blocks by what they are made of, and whether the two meet there. */
export interface PairBlock {
  of: string
  isShared: boolean
}

export interface PairExplanation {
  reasons: PairReason[]
  sharedKeys: StrongKey[]
  contradiction: { kind: string; left: string; right: string } | undefined
  blocks: PairBlock[]
  /** As decisions are stored; undefined where records are not compared. */
  evidence: ReturnType<typeof evidenceOf> | undefined
}

const COMPARED_MAX = 12

/** What the beginnings of blocking keys stand for (see blocking.ts). */
const BLOCKS: Readonly<Record<string, string>> = {
  i: 'id',
  e: 'mail',
  l: 'mailbox',
  p: 'phone',
  w: 'domain',
  d: 'birthDate',
  dy: 'birthYear and name',
  dm: 'birthday and name',
  n: 'names',
  np: 'postcode and name',
  nc: 'city and name',
  nb: 'birthPlace and name',
  ne: 'employer and name',
  a: 'postcode and house',
  s: 'house and street',
  z: 'postcode and street',
  c: 'company',
  c1: 'company',
  cc: 'two words of the company',
  cp: 'postcode and company',
  ct: 'city and company',
}

/** Compares two customers as resolve would now, and says what speaks for and against their being one. Nothing is changed. */
export async function explainPair(
  tx: Tx,
  [left, right]: readonly [StoredGolden, StoredGolden],
  { policy, matching }: { policy: GoldenPolicy; matching: MatchingSettings | undefined },
): Promise<PairExplanation> {
  const [ours, theirs] = [goldenKeys(left.sources, policy), goldenKeys(right.sources, policy)]
  const sharedKeys = ours.filter(key => theirs.some(other => other.kind === key.kind && other.value === key.value))
  const contradicting = contradiction(ours, theirs)
  const [mine, others] = [recordsOf(left), recordsOf(right)]
  const blocks = blocksOf(mine, others)
  const match = matching && (await bestMatch(tx, mine, others, matching))
  const reasons = new Set<PairReason>()
  if (left.entity !== right.entity) reasons.add('different_entity')
  if ((await readNever(tx, [left.id, right.id])).length > 0) reasons.add('never')
  if (contradicting !== undefined) reasons.add('keys_contradict')
  if (sharedKeys.length === 0) reasons.add('no_shared_key')
  if (matching === undefined || match === undefined) reasons.add('matching_off')
  else {
    if (!blocks.some(block => block.isShared)) reasons.add('no_shared_block')
    if (left.remoteCount + right.remoteCount > matching.clusterRecordsMax) reasons.add('too_many_records')
    reasons.add(
      match.bits >= matching.linkBits ? 'would_link' : match.bits >= matching.reviewBits ? 'asked' : 'below_review',
    )
  }
  return {
    reasons: [...reasons],
    sharedKeys,
    contradiction: contradicting,
    blocks,
    evidence: matching && match && evidenceOf(match, matching),
  }
}

function recordsOf({ sources }: StoredGolden): MatchRecord[] {
  return sources.flatMap(source => matchRecord(source) ?? []).slice(0, COMPARED_MAX)
}

function blocksOf(mine: readonly MatchRecord[], others: readonly MatchRecord[]): PairBlock[] {
  const keysOf = (records: readonly MatchRecord[]): string[] =>
    records.flatMap(({ entity, features }) => blockingKeys(entity, features))
  const theirs = new Set(keysOf(others))
  const found = new Map<string, boolean>()
  for (const key of keysOf(mine)) {
    const of = BLOCKS[key.split(' ')[1] ?? ''] ?? key
    found.set(of, found.get(of) === true || theirs.has(key))
  }
  return [...found].map(([of, isShared]) => ({ of, isShared }))
}

/** The record of the first that agrees most with the second, judged by all that both customers' records tell. */
async function bestMatch(
  tx: Tx,
  mine: readonly MatchRecord[],
  others: readonly MatchRecord[],
  { model }: MatchingSettings,
): Promise<Match | undefined> {
  const contextOf = await readFrequencies(tx, [...mine, ...others])
  const theirs = others.map(({ features }) => features)
  const matches = mine.map(({ entity, features }): Match | undefined => {
    const scorer: Scorer = scorerOf(entity, features, contextOf(entity), model)
    if (theirs.length === 0) return undefined
    const { isDoubted: _, ...judged } = scorer.judge(theirs.map(scorer.of))
    return scorer.withOwn(
      judged,
      mine.map(record => record.features),
      theirs,
    )
  })
  return matches.reduce(
    (best, match) => (match !== undefined && (best === undefined || match.bits > best.bits) ? match : best),
    undefined,
  )
}
