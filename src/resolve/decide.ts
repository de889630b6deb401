import type { StrongKey } from '#rules/identity/identity.ts'
import { type Candidate, type Component, contradiction } from './group.ts'
import { pairText } from './pair-text.ts'

export interface Review {
  leftId: string
  rightId: string
  kind: 'conflicting_keys' | 'overused_key' | 'doubted_key' | 'conflicting_match'
  evidence: { kind: string; left: string; right: string }
}

export interface Merge {
  winnerId: string
  loserId: string
  cause: 'strong_key' | 'vendor_merge' | 'match'
}

/** What becomes of one component: where each candidate goes, which golden records merge, what a person must look at. */
export interface Decision {
  goldenOf: Map<number, string>
  created: string[]
  merges: Merge[]
  /** New records that weak evidence alone brought to a customer: each is merged into it, so that it can be taken out again. */
  joined: { index: number; winnerId: string }[]
  reviews: Review[]
}

export interface DecideContext {
  candidates: readonly Candidate[]
  /** Strong keys that each known golden record holds. */
  keysOf: (goldenId: string) => readonly StrongKey[]
  /** How many remote records each known golden record has. */
  sizeOf: (goldenId: string) => number
  /** Pairs that a person called "never the same", as sorted `id id`. */
  never: ReadonlySet<string>
  keyUsesMax: number
  newId: () => string
  /** Where matching is on. */
  matching?:
    | {
        clusterRecordsMax: number
        /** Pairs of golden records that contradict each other, as `never`. */ conflicts: ReadonlySet<string>
      }
    | undefined
}

/** One customer as far as the decision has come, and what belongs to it. */
interface Customer {
  /** Known golden records; the oldest survives. None for a new customer. */
  goldenIds: string[]
  newId: string | undefined
  keys: StrongKey[]
  size: number
  candidates: number[]
  cause: Merge['cause']
  /** The customer that this one turned out to be. */
  into: Customer | undefined
}

/**
 * Strong evidence links at once, except where it contradicts itself: then nothing merges, every record stays apart
 * or goes where it does not contradict, and a person is asked. Contradictions are looked for among all that would come
 * together, also within one batch. The oldest golden record survives a merge.
 */
export function decide(component: Component, context: DecideContext): Decision {
  const customers = component.goldenIds.map(goldenId => knownCustomer(goldenId, context))
  const refused: Refused[] = []
  const joined: { index: number; home: Customer }[] = []
  for (const index of component.candidates) {
    const candidate = context.candidates[index]
    if (candidate === undefined) continue
    const named = customers.flatMap(customer => {
      const tie = customer.into === undefined ? tieOf(candidate, customer) : undefined
      return tie === undefined ? [] : [{ customer, tie }]
    })
    const home = homeOf(candidate, named, context) ?? newCustomer(context.newId())
    if (!customers.includes(home)) customers.push(home)
    if (candidate.goldenId === undefined && named.some(({ customer, tie }) => customer === home && tie === 'match'))
      joined.push({ index, home })
    add(home, candidate, index)
    for (const { customer: other, tie } of named) {
      if (other === home || other.into !== undefined || isNever(home, other, context)) continue
      if (tie === 'alias') absorb(home, other, 'vendor_merge')
      else if (mayMerge(home, other, tie, context)) absorb(home, other, tie === 'match' ? 'match' : 'strong_key')
      else refused.push({ left: home, right: other, tie })
    }
  }
  const left = customers.filter(customer => customer.into === undefined)
  return {
    goldenOf: new Map(left.flatMap(customer => customer.candidates.map(index => [index, idOf(customer)] as const))),
    created: left.flatMap(({ goldenIds, newId }) => (goldenIds.length === 0 && newId !== undefined ? [newId] : [])),
    merges: left.flatMap(mergesOf),
    joined: joined.map(({ index, home }) => ({ index, winnerId: idOf(final(home)) })),
    reviews: refused.flatMap(reviewOf),
  }
}

/** How a record and a customer hang together. */
type Tie = 'own' | 'alias' | 'key' | 'match' | 'doubted_key'

interface Refused {
  left: Customer
  right: Customer
  tie: Tie
}

function knownCustomer(goldenId: string, context: DecideContext): Customer {
  return {
    goldenIds: [goldenId],
    newId: undefined,
    keys: [...context.keysOf(goldenId)],
    size: context.sizeOf(goldenId),
    candidates: [],
    cause: 'strong_key',
    into: undefined,
  }
}

function newCustomer(newId: string): Customer {
  return { goldenIds: [], newId, keys: [], size: 0, candidates: [], cause: 'strong_key', into: undefined }
}

/** The customer that holds the record already, else one that shares a key, else one that matches, if they do not contradict. */
function homeOf(
  candidate: Candidate,
  named: readonly { customer: Customer; tie: Tie }[],
  context: DecideContext,
): Customer | undefined {
  const own = named.find(({ tie }) => tie === 'own')
  if (own !== undefined) return own.customer
  const fits = ({ customer, tie }: { customer: Customer; tie: Tie }): boolean =>
    tie !== 'doubted_key' &&
    contradiction(customer.keys, candidate.keys) === undefined &&
    customer.size < sizeMax(tie, context)
  const fitting = named.filter(fits)
  const keyed = fitting.find(({ tie }) => tie !== 'match')
  if (keyed !== undefined) return keyed.customer
  const bits = ({ customer }: { customer: Customer }): number => bitsOf(candidate, customer)
  return fitting.toSorted((left, right) => bits(right) - bits(left))[0]?.customer
}

function sizeMax(tie: Tie, { keyUsesMax, matching }: DecideContext): number {
  return tie === 'match' ? (matching?.clusterRecordsMax ?? 0) : keyUsesMax
}

/** How the record is linked to the customer: held by it, merged by the vendor, by a shared strong key, or by weak evidence. */
function tieOf(candidate: Candidate, customer: Customer): Tie | undefined {
  if (candidate.goldenId !== undefined && customer.goldenIds.includes(candidate.goldenId)) return 'own'
  if (isAlias(candidate, customer)) return 'alias'
  if (candidate.keys.some(key => customer.keys.some(own => own.kind === key.kind && own.value === key.value)))
    return isDoubted(candidate, customer) ? 'doubted_key' : 'key'
  return bitsOf(candidate, customer) > -Infinity ? 'match' : undefined
}

function isDoubted({ weak }: Candidate, { goldenIds, candidates }: Customer): boolean {
  if (weak === undefined) return false
  return goldenIds.some(id => weak.doubts.has(id)) || candidates.some(index => weak.doubtedPeers.has(index))
}

/** Bits of weak evidence for the record being of the customer; minus infinity when it does not match. */
function bitsOf({ weak }: Candidate, { goldenIds, candidates }: Customer): number {
  if (weak === undefined) return -Infinity
  const found = [...goldenIds.map(id => weak.links.get(id)), ...candidates.map(index => weak.peers.get(index))]
  return Math.max(...found.map(match => match?.bits ?? -Infinity))
}

function isAlias(candidate: Candidate, customer: Customer): boolean {
  return candidate.aliasGoldenId !== undefined && customer.goldenIds.includes(candidate.aliasGoldenId)
}

function add(customer: Customer, candidate: Candidate, index: number): void {
  const counted = candidate.goldenId !== undefined && customer.goldenIds.includes(candidate.goldenId)
  customer.size += counted ? 0 : 1
  customer.keys.push(...candidate.keys)
  customer.candidates.push(index)
}

function absorb(home: Customer, other: Customer, cause: Merge['cause']): void {
  home.goldenIds = [...home.goldenIds, ...other.goldenIds].sort()
  home.keys.push(...other.keys)
  home.size += other.size
  home.candidates.push(...other.candidates)
  home.cause = cause
  other.into = home
}

function mayMerge(left: Customer, right: Customer, tie: Tie, context: DecideContext): boolean {
  if (tie === 'doubted_key' || areConflicting(left, right, context)) return false
  return contradiction(left.keys, right.keys) === undefined && left.size + right.size <= sizeMax(tie, context)
}

function areConflicting(left: Customer, right: Customer, { matching }: DecideContext): boolean {
  if (matching === undefined) return false
  return left.goldenIds.some(one => right.goldenIds.some(other => matching.conflicts.has(pairText(one, other))))
}

function isNever(left: Customer, right: Customer, context: DecideContext): boolean {
  return left.goldenIds.some(one => right.goldenIds.some(other => context.never.has(pairText(one, other))))
}

function idOf(customer: Customer): string {
  return customer.goldenIds[0] ?? customer.newId ?? ''
}

function mergesOf({ goldenIds, cause }: Customer): Merge[] {
  const [winnerId, ...losers] = goldenIds
  return winnerId === undefined ? [] : losers.map(loserId => ({ winnerId, loserId, cause }))
}

/** What a person is asked about two customers that hang together; nothing when they turned out to be one after all. */
function reviewOf({ left, right, tie }: Refused): Review[] {
  const [one, other] = [final(left), final(right)].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
  if (one === undefined || other === undefined || one === other) return []
  const ids = { leftId: idOf(one), rightId: idOf(other) }
  const evidence = contradiction(one.keys, other.keys)
  if (evidence !== undefined) return [{ ...ids, kind: 'conflicting_keys', evidence }]
  const uses = { kind: 'uses', left: String(one.size), right: String(other.size) }
  return [
    {
      ...ids,
      kind: tie === 'match' ? 'conflicting_match' : tie === 'doubted_key' ? tie : 'overused_key',
      evidence: uses,
    },
  ]
}

function final(customer: Customer): Customer {
  return customer.into === undefined ? customer : final(customer.into)
}
