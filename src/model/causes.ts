/**
 * Why a delivery became due, in one word or two: `source:crm` (a system changed the golden record), `load:crm` (first link
 * loaded it from there), `merge`, `link` (a link's target arrived, or a person applied a first link), `person:<who>`, `retry`,
 * `replay`; and of changed files `mapping:<name>`, `route:<name>`, `policy`, `config`.
 */
export type Cause = string

export const sourceCause = (system: string): Cause => `source:${system}`

export const loadCause = (system: string): Cause => `load:${system}`

/** Changed files, and what first link loads: their work goes behind live work. */
export function isBackfill(cause: Cause): boolean {
  return cause === 'policy' || cause === 'config' || /^(mapping|route|load):/.test(cause)
}

/** Causes that the brake counts: those that can change thousands of records without a person having said so. */
export function isBraked(cause: Cause | undefined): cause is Cause {
  return cause !== undefined && (cause.startsWith('source:') || isBackfill(cause))
}

/** 0 live, 1 backfill. */
export function priorityOf(cause: Cause): 0 | 1 {
  return isBackfill(cause) ? 1 : 0
}
