import type { Features } from '#rules/matching/features.ts'
import type { Member } from './candidates.ts'
import type { Match, WeakEvidence } from './evidence.ts'
import type { MatchRecord } from './records.ts'
import type { Scorer } from './scorer.ts'
import type { MatchingSettings } from './settings.ts'
import { areTorn, tornMembers } from './torn.ts'

/** A record of the batch and where it is by strong evidence. */
export interface ToMatch {
  record: MatchRecord
  /** The golden record that holds it. */
  goldenId: string | undefined
  /** Golden records that own strong keys of it. */
  ownerIds: readonly string[]
}

/** The stored records of the golden records that a batch is compared with. */
export type Members = ReadonlyMap<string, readonly Member[]>

export function memberFeatures(members: Members, goldenId: string | undefined): Features[] {
  return (members.get(goldenId ?? '') ?? []).map(({ features }) => features)
}

/** What weak evidence says of one record, by all members of the customers that are near. */
export interface Weighed extends WeakEvidence {
  peers: Map<number, Match>
  doubtedPeers: Set<number>
}

/** Links, questions and doubts of one record, by all members of the customers that are near. */
export function weigh(
  { record, goldenId, ownerIds }: ToMatch,
  near: ReadonlyMap<string, Match>,
  members: Members,
  compared: Scorer,
  { linkBits, reviewBits, model }: MatchingSettings,
): Weighed {
  const [links, reviews] = [new Map<string, Match>(), new Map<string, Match>()]
  const [doubts, torn] = [new Set<string>(), new Map<string, string[]>()]
  const judges = { pairs: compared.pairs, model, linkBits }
  const ownMembers = memberFeatures(members, goldenId)
  const own = [record.features, ...ownMembers]
  const others = [...near].filter(([id]) => id !== goldenId)
  for (const [id, first] of others) {
    const theirs = memberFeatures(members, id)
    const { isDoubted, ...alone } = compared.judge([first, ...theirs.map(compared.of)])
    const match = alone.bits >= linkBits ? compared.withOwn(alone, ownMembers, theirs) : alone
    if (match.bits >= linkBits) links.set(id, match)
    else if (match.bits >= reviewBits) reviews.set(id, match)
    if (ownerIds.includes(id) && isDoubted) doubts.add(id)
    if (match.bits >= linkBits || first.bits < linkBits) continue
    const ids = tornMembers(own, theirs, judges).flatMap(at => members.get(id)?.[at]?.id ?? [])
    if (ids.length > 0) torn.set(id, ids)
  }
  for (const [id, match] of links) {
    const theirs = memberFeatures(members, id)
    if (!others.some(([other]) => other !== id && areTorn(own, theirs, memberFeatures(members, other), judges)))
      continue
    links.delete(id)
    reviews.set(id, match)
  }
  return { links, reviews, torn, doubts, peers: new Map(), doubtedPeers: new Set() }
}
