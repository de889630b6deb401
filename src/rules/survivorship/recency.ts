import type { Json } from '#model/json.ts'
import type { SourceFields, SourceField } from '../statement/source-field.ts'

/** What one source record says, with the priority of its system. */
export interface SourceStatement {
  system: string
  object: string
  remoteId: string
  /** Statements of equal time (within the skew tolerance): the higher wins. */
  priority: number
  fields: SourceFields
}

/** Where a golden value comes from. */
export interface Provenance {
  system: string
  object: string
  remoteId: string
  /** Id of the event that said so; empty for a steward. */
  event: string
  /** RFC 3339. */
  at: string
  rule: string
  /** Union and consent fields with more than one speaker: the origin of each element by its key. */
  elements?: Record<string, Omit<Provenance, 'rule' | 'elements'>>
}

export interface Chosen {
  value: Json
  provenance: Provenance
}

/** One statement about one field or element. */
export interface Candidate {
  source: SourceStatement
  field: SourceField
  t: number
  e: string
}

/**
 * The most recent statement. Clocks of different systems differ: among the statements within the tolerance of the
 * newest, the system of higher priority wins, then the newer, then the system's name and the remote record, so that
 * the choice never depends on the order of the list.
 */
export function mostRecent<C extends Candidate>(candidates: readonly C[], skewToleranceMs: number): C | undefined {
  let winner = candidates[0]
  if (winner === undefined || candidates.length === 1) return winner
  let newest = winner.t
  for (const candidate of candidates) if (candidate.t > newest) newest = candidate.t
  winner = undefined
  for (const candidate of candidates) {
    if (candidate.t < newest - skewToleranceMs) continue
    if (winner === undefined || compare(candidate, winner) < 0) winner = candidate
  }
  return winner
}

/** Negative when the left one wins. */
function compare(left: Candidate, right: Candidate): number {
  return right.source.priority - left.source.priority || right.t - left.t || bySource(left, right)
}

/** A total order of source records. */
export function bySource({ source: left }: Candidate, { source: right }: Candidate): number {
  return byText(left.system, right.system) || byText(left.object, right.object) || byText(left.remoteId, right.remoteId)
}

function byText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1
}

export function provenanceOf({ source, t, e }: Candidate, rule: string): Provenance {
  const { system, object, remoteId } = source
  return { system, object, remoteId, event: e, at: rfc3339(t), rule }
}

// Most fields of a source record were stated at one moment, and writing a time out is half the cost of a merge.
let lastMs = 0
let lastText = new Date(lastMs).toISOString()

function rfc3339(ms: number): string {
  if (ms !== lastMs) [lastMs, lastText] = [ms, new Date(ms).toISOString()]
  return lastText
}
