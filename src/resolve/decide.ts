import type { StrongKey } from '#rules/identity.ts'
import { type Candidate, type Component, contradiction } from './group.ts'

export interface Review {
  leftId: string
  rightId: string
  kind: 'conflicting_keys' | 'overused_key'
  evidence: { kind: string; left: string; right: string }
}

/** What becomes of one component: where each candidate goes, which golden records merge, what a person must look at. */
export interface Decision {
  goldenOf: Map<number, string>
  created: string[]
  merges: { winnerId: string; loserId: string }[]
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

/**
 * Strong evidence links at once, except where it contradicts itself: then nothing merges, every record stays apart
 * or goes where it does not contradict, and a person is asked. The oldest golden record survives a merge.
 */
export function decide(component: Component, context: DecideContext): Decision {
  const decision: Decision = { goldenOf: new Map(), created: [], merges: [], reviews: [] }
  const mergeable = mergeableGoldens(component, context, decision)
  for (const index of component.candidates) {
    const candidate = context.candidates[index]
    if (candidate === undefined) continue
    decision.goldenOf.set(index, place(candidate, mergeable, context, decision))
  }
  return decision
}

/** Merges the golden records of a component unless two of them contradict; returns those that remain. */
function mergeableGoldens(component: Component, context: DecideContext, decision: Decision): string[] {
  const [winnerId, ...others] = component.goldenIds
  if (winnerId === undefined) return []
  const remaining = [winnerId]
  for (const loserId of others) {
    const evidence = contradiction(context.keysOf(winnerId), context.keysOf(loserId))
    const overused = context.sizeOf(winnerId) + context.sizeOf(loserId) > context.keyUsesMax
    if (context.never.has(pairText(winnerId, loserId))) remaining.push(loserId)
    else if (evidence !== undefined || overused) {
      remaining.push(loserId)
      decision.reviews.push({
        leftId: winnerId,
        rightId: loserId,
        kind: evidence === undefined ? 'overused_key' : 'conflicting_keys',
        evidence: evidence ?? {
          kind: 'uses',
          left: String(context.sizeOf(winnerId)),
          right: String(context.sizeOf(loserId)),
        },
      })
    } else decision.merges.push({ winnerId, loserId })
  }
  return remaining
}

function place(candidate: Candidate, goldens: readonly string[], context: DecideContext, decision: Decision): string {
  const merged = decision.merges.find(merge => merge.loserId === candidate.goldenId)
  if (merged !== undefined) return merged.winnerId
  if (candidate.goldenId !== undefined) return candidate.goldenId
  // Those created for this component come last: a later candidate of the batch joins them.
  for (const goldenId of [...goldens, ...decision.created]) {
    if (
      contradiction(context.keysOf(goldenId), candidate.keys) === undefined &&
      context.sizeOf(goldenId) < context.keyUsesMax
    )
      return goldenId
  }
  const createdId = context.newId()
  decision.created.push(createdId)
  const [first] = goldens
  if (first !== undefined) {
    const evidence = contradiction(context.keysOf(first), candidate.keys)
    decision.reviews.push({
      leftId: first,
      rightId: createdId,
      kind: evidence === undefined ? 'overused_key' : 'conflicting_keys',
      evidence: evidence ?? { kind: 'uses', left: String(context.sizeOf(first)), right: '1' },
    })
  }
  return createdId
}
