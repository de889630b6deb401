import type { Match } from './evidence.ts'
import { isDoubtful, type Scorer } from './scorer.ts'
import type { MatchingSettings } from './settings.ts'
import { areTorn } from './torn.ts'
import { memberFeatures, type Members, type ToMatch, type Weighed } from './weigh.ts'

/** Records of the batch that are one by now, and the golden records that they belong to. */
export interface BatchCustomer {
  goldenIds: Set<string>
}

/** Adds what speaks for and against earlier records of the batch; those that are one by now, and what they joined, are judged as one. */
export function weighPeers(
  found: Weighed,
  batch: readonly ToMatch[],
  customers: BatchCustomer[],
  near: ReadonlyMap<string, Match>,
  members: Members,
  compared: Scorer,
  { linkBits, model }: MatchingSettings,
): void {
  const n = customers.length
  const own: BatchCustomer = { goldenIds: new Set(found.links.keys()) }
  const { goldenId, record } = batch[n] ?? {}
  if (goldenId !== undefined) own.goldenIds.add(goldenId)
  customers.push(own)
  const peers = [...Map.groupBy(peersOf(batch, n, compared), ([other]) => customers[other])].map(
    ([customer, matches]) => {
      const goldenIds = customer?.goldenIds ?? new Set()
      const stored = [...goldenIds].flatMap(id => memberFeatures(members, id))
      return {
        customer,
        goldenIds,
        matches,
        stored,
        side: [...matches.flatMap(([at]) => batch[at]?.record.features ?? []), ...stored],
      }
    },
  )
  const rivals = [
    ...peers,
    ...[...near.keys()].map(id => ({ goldenIds: new Set([id]), side: memberFeatures(members, id) })),
  ].filter(({ goldenIds }) => goldenId === undefined || !goldenIds.has(goldenId))
  const mine = [...(record === undefined ? [] : [record.features]), ...memberFeatures(members, goldenId)]
  const judges = { pairs: compared.pairs, model, linkBits }
  for (const { customer, goldenIds, matches, stored, side } of peers) {
    const { isDoubted, ...match } = compared.judge([...matches.map(([, one]) => one), ...stored.map(compared.of)])
    for (const [other, one] of matches) if (isDoubted || isDoubtful(one, model)) found.doubtedPeers.add(other)
    if (customer === undefined || match.bits < linkBits) continue
    const others = rivals.filter(rival => rival.side !== side && rival.goldenIds.isDisjointFrom(goldenIds))
    if (others.some(rival => areTorn(mine, side, rival.side, judges))) continue
    const [nearest] = matches.reduce((best, next) => (next[1].bits > best[1].bits ? next : best))
    found.peers.set(nearest, match)
    for (const id of customer.goldenIds) own.goldenIds.add(id)
    for (const [at, of] of customers.entries()) if (of === customer) customers[at] = own
  }
}

/** Earlier records of the batch that share a key with the record, compared. */
function* peersOf(batch: readonly ToMatch[], n: number, compared: Scorer): Generator<[number, Match]> {
  const one = batch[n]?.record
  if (one === undefined) return
  const keys = new Set(one.keys)
  for (let other = 0; other < n; other += 1) {
    const peer = batch[other]?.record
    if (peer?.entity === one.entity && peer.keys.some(key => keys.has(key))) yield [other, compared.of(peer.features)]
  }
}
