import type { Json } from '#model/json.ts'

/** What a mapping makes of one record: a value by field, nothing, or why not. */
export type Outcome =
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, Json>> }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string }

/** One record under the mapping in force and under the draft. */
export interface Compared {
  /** An event, or a golden record. */
  readonly id: string
  readonly before: Outcome
  readonly after: Outcome
  /** What the draft would have written, where that differs from what would be written anyway. */
  readonly sends?: 'create' | 'update'
  /** Where a change may arrive. */
  readonly destinations: readonly string[]
}

export interface FieldCount {
  added: number
  removed: number
  changed: number
}

/** A record that differs: only the fields that do. */
export interface Sample {
  readonly id: string
  readonly before: Readonly<Record<string, Json>> | null
  readonly after: Readonly<Record<string, Json>> | null
  readonly failure: string | null
}

/** What a plan has counted so far. */
export interface Tally {
  records: number
  changed: number
  /** Records that fail under the draft and did not before, and the other way round. */
  newFailures: number
  endedFailures: number
  creates: number
  updates: number
  readonly fields: Record<string, FieldCount>
  readonly destinations: Record<string, number>
  readonly samples: Sample[]
  readonly failures: Sample[]
}

const SAMPLES_MAX = 20

export const emptyTally = (): Tally => ({
  records: 0,
  changed: 0,
  newFailures: 0,
  endedFailures: 0,
  creates: 0,
  updates: 0,
  fields: {},
  destinations: {},
  samples: [],
  failures: [],
})

/** Counts one record. */
export function addCompared(tally: Tally, one: Compared): void {
  const { id, before, after, destinations, sends } = one
  tally.records += 1
  if (sends === 'create') tally.creates += 1
  if (sends === 'update') tally.updates += 1
  if (after.kind === 'failed') {
    if (before.kind === 'failed') return
    tally.newFailures += 1
    keep(tally.failures, { id, before: before.fields, after: null, failure: `${after.reason}: ${after.message}` })
    return
  }
  if (before.kind === 'failed') tally.endedFailures += 1
  const was = before.kind === 'failed' ? {} : before.fields
  const names = [...new Set([...Object.keys(was), ...Object.keys(after.fields)])]
  const differing = names.filter(name => JSON.stringify(was[name]) !== JSON.stringify(after.fields[name]))
  if (differing.length === 0) return
  tally.changed += 1
  for (const name of differing) count(tally, name, was[name], after.fields[name])
  for (const destination of destinations) tally.destinations[destination] = (tally.destinations[destination] ?? 0) + 1
  keep(tally.samples, { id, before: only(was, differing), after: only(after.fields, differing), failure: null })
}

function count(tally: Tally, name: string, before: Json | undefined, after: Json | undefined): void {
  const counts = (tally.fields[name] ??= { added: 0, removed: 0, changed: 0 })
  if (before === undefined) counts.added += 1
  else if (after === undefined) counts.removed += 1
  else counts.changed += 1
}

function keep(samples: Sample[], sample: Sample): void {
  if (samples.length < SAMPLES_MAX) samples.push(sample)
}

const only = (fields: Readonly<Record<string, Json>>, names: readonly string[]): Record<string, Json> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))

/** Adds what another thread has counted. */
export function addTally(tally: Tally, other: Tally): void {
  tally.records += other.records
  tally.changed += other.changed
  tally.newFailures += other.newFailures
  tally.endedFailures += other.endedFailures
  tally.creates += other.creates
  tally.updates += other.updates
  for (const [name, { added, removed, changed }] of Object.entries(other.fields)) {
    const counts = (tally.fields[name] ??= { added: 0, removed: 0, changed: 0 })
    counts.added += added
    counts.removed += removed
    counts.changed += changed
  }
  for (const [name, n] of Object.entries(other.destinations))
    tally.destinations[name] = (tally.destinations[name] ?? 0) + n
  for (const sample of other.samples) keep(tally.samples, sample)
  for (const sample of other.failures) keep(tally.failures, sample)
}
