import type { Json, JsonObject } from '#model/json.ts'

/**
 * What became of one delivery (or read) in one call. Connectors classify, the hub decides what to do.
 *
 * - `delivered`: the vendor holds the content; `state` is its own rendering of the record, where the reply has it, as of
 *   `modifiedAtMs` (the vendor's own time, epoch; without it the start of the call counts). `formerId`: the id that it was
 *   called by, where the write gave it another one: the two are one record from now on.
 * - `submitted`: the vendor took a job; ask again at `pollAfterMs` (epoch).
 * - `retry`: nothing was written; try again, not before `notBeforeMs` (epoch) if given. `throttled` marks rate limits, which are not failures.
 * - `unknown`: it may have been written (time-out after sending): looked up before another create.
 * - `exists`: a create met an existing remote record: link to it, then update.
 * - `gone`: the remote record is no longer there.
 * - `conflict`: a conditional write met a newer version: read back, then plan again.
 * - `rejected`: the content is wrong for the vendor; no retry until content, mapping or parent changed.
 * - `disconnected`: credentials no longer work: the system pauses and alerts.
 */
export type Outcome =
  | {
      kind: 'delivered'
      remoteId: string
      state?: JsonObject
      version?: string
      modifiedAtMs?: number
      formerId?: string
    }
  | { kind: 'submitted'; job: Json; pollAfterMs: number }
  | { kind: 'retry'; reason: string; notBeforeMs?: number; throttled?: boolean }
  | { kind: 'unknown'; reason: string }
  | { kind: 'exists'; remoteId: string }
  | { kind: 'gone' }
  | { kind: 'conflict'; reason?: string }
  | { kind: 'rejected'; reason: string; field?: string }
  | { kind: 'disconnected'; reason: string }

export type OutcomeKind = Outcome['kind']
