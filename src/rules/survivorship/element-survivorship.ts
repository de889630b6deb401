import type { FieldModel } from '#model/fields.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json } from '#model/json.ts'
import { consentTimeMs, consentWeight, restriction } from './consent.ts'
import { slotsOf } from '../statement/element-slots.ts'
import { valueOf } from './elements.ts'
import { bySource, mostRecent, provenanceOf } from './recency.ts'
import type { Candidate, Chosen, Provenance } from './recency.ts'

interface ElementCandidate extends Candidate {
  /** Undefined: the statement is that the element is gone. */
  element: Json | undefined
}

/**
 * Union: for each element the most recent of all additions and removals decides. Absent when nobody asserts anything;
 * an empty list or object when all elements were taken away.
 */
export function surviveUnion(
  model: FieldModel,
  candidates: readonly Candidate[],
  skewToleranceMs: number,
): Chosen | undefined {
  const winners = new Map<string, ElementCandidate>()
  for (const [key, statements] of byElement(model, candidates)) {
    const winner = mostRecent(statements, skewToleranceMs)
    if (winner !== undefined) winners.set(key, winner)
  }
  return chosen(model, winners, 'union', skewToleranceMs)
}

/**
 * Consent: per channel and purpose the latest explicit statement, at equal times the more restrictive; defaults and
 * open questions only where nobody said anything, and grants that nobody gave not at all. Each consent in the golden
 * record bears the time it was said and its evidence.
 */
export function surviveConsents(model: FieldModel, candidates: readonly Candidate[]): Chosen | undefined {
  const winners = new Map<string, ElementCandidate>()
  for (const [key, statements] of byElement(model, candidates)) {
    const explicit = statements.filter(({ element }) => weight(element) === 'explicit')
    const eligible = explicit.length > 0 ? explicit : statements.filter(({ element }) => weight(element) === 'weak')
    const winner = eligible.map(withTime).sort(compareConsents)[0]
    if (winner !== undefined) winners.set(key, winner)
  }
  return chosen(model, winners, 'consent', 0)
}

function weight(consent: Json | undefined) {
  return consent === undefined ? 'void' : consentWeight(consent)
}

/** Moves the statement to the time the consent was given, and writes that time into it. */
function withTime(candidate: ElementCandidate): ElementCandidate {
  const { element, t } = candidate
  if (!isJsonObject(element)) return candidate
  const said = consentTimeMs(element, t)
  return { ...candidate, t: said, element: { ...element, at: new Date(said).toISOString() } }
}

function compareConsents(left: ElementCandidate, right: ElementCandidate): number {
  const [a, b] = [left.element ?? null, right.element ?? null]
  return (
    right.t - left.t ||
    restriction(b) - restriction(a) ||
    right.source.priority - left.source.priority ||
    bySource(left, right)
  )
}

function byElement(model: FieldModel, candidates: readonly Candidate[]): Map<string, ElementCandidate[]> {
  const found = new Map<string, ElementCandidate[]>()
  for (const { source, field } of candidates) {
    for (const [key, { said }] of slotsOf(model, field)) {
      if (said === undefined) continue
      const { v: element, t, e } = said
      const list = found.get(key)
      if (list === undefined) found.set(key, [{ source, field, t, e, element }])
      else list.push({ source, field, t, e, element })
    }
  }
  return found
}

function chosen(
  model: FieldModel,
  found: ReadonlyMap<string, ElementCandidate>,
  rule: string,
  skewToleranceMs: number,
): Chosen | undefined {
  const winners = new Map([...found].sort(([left], [right]) => (left < right ? -1 : 1)))
  const newest = mostRecent([...winners.values()], skewToleranceMs)
  if (newest === undefined) return undefined
  const present = new Map<string, Json>()
  for (const [key, { element }] of winners) if (element !== undefined) present.set(key, element)
  const provenance = provenanceOf(newest, rule)
  const elements = elementOrigins(winners)
  return { value: valueOf(model, present), provenance: elements ? { ...provenance, elements } : provenance }
}

/** The origin of each element, where they are not all one statement's. */
function elementOrigins(winners: ReadonlyMap<string, ElementCandidate>): Provenance['elements'] | undefined {
  const origins = [...winners].map(([key, winner]): [string, Omit<Provenance, 'rule' | 'elements'>] => {
    const { rule: _, ...origin } = provenanceOf(winner, '')
    return [key, origin]
  })
  const first = origins[0]?.[1]
  const same = origins.every(
    ([, one]) => one.event === first?.event && one.remoteId === first.remoteId && one.at === first.at,
  )
  return same ? undefined : Object.fromEntries(origins)
}
