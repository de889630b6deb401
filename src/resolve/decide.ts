import type { StrongKey } from '#rules/identity.ts'
import { type Candidate, type Component, contradiction } from './group.ts'

export interface Review {
  leftId: string
  rightId: string
  kind: 'conflicting_keys' | 'overused_key'
  evidence: { kind: string; left: string; right: string }
}

export interface Merge {
  winnerId: string
  loserId: string
  cause: 'strong_key' | 'vendor_merge'
}

/** What becomes of one component: where each candidate goes, which golden records merge, what a person must look at. */
export interface Decision {
  goldenOf: Map<number, string>
  created: string[]
  merges: Merge[]
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
}

export function pairText(left: string, right: string): string {
  return left < right ? `${left} ${right}` : `${right} ${left}`
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
  const refused: { left: Customer; right: Customer }[] = []
  for (const index of component.candidates) {
    const candidate = context.candidates[index]
    if (candidate === undefined) continue
    const named = customers.filter(customer => customer.into === undefined && names(candidate, customer))
    const home = homeOf(candidate, named, context) ?? newCustomer(context.newId())
    if (!customers.includes(home)) customers.push(home)
    add(home, candidate, index)
    for (const other of named) {
      if (other === home) continue
      if (isAlias(candidate, other) && !isNever(home, other, context)) absorb(home, other, 'vendor_merge')
      else if (mayMerge(home, other, context)) absorb(home, other, 'strong_key')
      else if (!isNever(home, other, context)) refused.push({ left: home, right: other })
    }
  }
  const left = customers.filter(customer => customer.into === undefined)
  return {
    goldenOf: new Map(left.flatMap(customer => customer.candidates.map(index => [index, idOf(customer)] as const))),
    created: left.flatMap(({ goldenIds, newId }) => (goldenIds.length === 0 && newId !== undefined ? [newId] : [])),
    merges: left.flatMap(mergesOf),
    reviews: refused.flatMap(pair => reviewOf(pair.left, pair.right)),
  }
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

/** The customer that holds the record already, else the first named one that it does not contradict. */
function homeOf(candidate: Candidate, named: readonly Customer[], context: DecideContext): Customer | undefined {
  const own = named.find(({ goldenIds }) => candidate.goldenId !== undefined && goldenIds.includes(candidate.goldenId))
  return (
    own ??
    named.find(
      customer => contradiction(customer.keys, candidate.keys) === undefined && customer.size < context.keyUsesMax,
    )
  )
}

/** True when the record is linked to the customer, or shares a strong key with it, or the vendor merged the two. */
function names(candidate: Candidate, customer: Customer): boolean {
  if (candidate.goldenId !== undefined && customer.goldenIds.includes(candidate.goldenId)) return true
  if (isAlias(candidate, customer)) return true
  return candidate.keys.some(key => customer.keys.some(own => own.kind === key.kind && own.value === key.value))
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

function mayMerge(left: Customer, right: Customer, context: DecideContext): boolean {
  if (isNever(left, right, context)) return false
  return contradiction(left.keys, right.keys) === undefined && left.size + right.size <= context.keyUsesMax
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

/** What a person is asked about two customers that share a key; nothing when they turned out to be one after all. */
function reviewOf(left: Customer, right: Customer): Review[] {
  const [one, other] = [final(left), final(right)].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
  if (one === undefined || other === undefined || one === other) return []
  const evidence = contradiction(one.keys, other.keys)
  return [
    {
      leftId: idOf(one),
      rightId: idOf(other),
      kind: evidence === undefined ? 'overused_key' : 'conflicting_keys',
      evidence: evidence ?? { kind: 'uses', left: String(one.size), right: String(other.size) },
    },
  ]
}

function final(customer: Customer): Customer {
  return customer.into === undefined ? customer : final(customer.into)
}
