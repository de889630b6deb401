import type { Outcome } from '#connector/outcome.ts'
import type { Json } from '#model/json.ts'
import { assertNever } from '#model/assert.ts'
import { backoffMs, FAILING_AFTER } from '../send/schedule.ts'

/** What settling needs to know of a delivery and its call. */
export interface SettleInput {
  outcome: Outcome
  failures: number
  /** A call of ours whose answer was lost may have removed the remote record. */
  mayBeRemoved: boolean
  /** The connector can look whether an unknown write arrived, or writes the same record again safely. */
  canSettleUnknown: boolean
  indexLagMs: number
  action: 'upsert' | 'freeze' | 'archive' | 'delete'
  /** The remote record that was called for; undefined for a create. */
  calledId: string | undefined
  /** The vendor's job that was asked for, when that was the call. */
  job: Json | undefined
  nowMs: number
  /** In [0, 1). */
  random: number
}

/** The delivery's next state; `dueInMs` undefined: nothing to do until something changes. */
export interface Settlement {
  state: 'synced' | 'pending' | 'retrying' | 'submitted' | 'unknown' | 'frozen' | 'absent' | 'dead'
  reason: string | undefined
  detail: { message: string; field?: string; failing?: boolean } | undefined
  dueInMs: number | undefined
  failures: number
  /** Set when the vendor told an id for the record. */
  remoteId: string | undefined
}

const UNKNOWN_LOOKS_MAX = 8
const CONFLICT_RETRY_MS = 1_000
/** Someone edits at the same moment; more than this is no coincidence and backs off. */
const CONFLICTS_IN_A_ROW = 3

/** One place decides what an outcome means for a delivery: connectors classify, the hub decides. */
export function settle(input: SettleInput): Settlement {
  return input.job === undefined ? settleCall(input) : settlePoll(input)
}

/**
 * A job that could not be asked for stays under way, as long as anybody could know. One that is done makes its delivery
 * due once more: what was to be written may have changed since.
 */
function settlePoll(input: SettleInput): Settlement {
  const settled = settleCall(input)
  if (input.outcome.kind === 'delivered' && settled.state === 'synced')
    return { ...settled, state: 'pending', dueInMs: 0 }
  const asksAgain = input.outcome.kind === 'retry' || (input.outcome.kind === 'unknown' && settled.state === 'unknown')
  return asksAgain ? { ...settled, state: 'submitted', reason: 'job' } : settled
}

function settleCall(input: SettleInput): Settlement {
  const { outcome } = input
  switch (outcome.kind) {
    case 'delivered':
      return { ...DONE, ...doneBy(input.action), remoteId: outcome.remoteId }
    case 'submitted':
      return {
        ...DONE,
        state: 'submitted',
        reason: 'job',
        dueInMs: Math.max(0, outcome.pollAfterMs - input.nowMs),
        failures: input.failures,
      }
    case 'retry':
      return outcome.throttled === true
        ? throttled(input, outcome.reason, outcome.notBeforeMs)
        : failed(input, outcome.reason, outcome.notBeforeMs)
    case 'unknown':
      return unknown(input, outcome.reason)
    case 'exists':
      if (input.calledId !== undefined) return heldElsewhere(input, outcome.remoteId)
      return { ...DONE, state: 'pending', dueInMs: 0, failures: input.failures, remoteId: outcome.remoteId }
    case 'gone':
      if (input.mayBeRemoved) return removedByUs(input.action)
      return {
        ...DONE,
        state: 'absent',
        reason: 'deleted_there',
        detail: { message: 'The record was deleted in the system; it is not created again.' },
      }
    case 'conflict': {
      const settled = failed(input, outcome.reason ?? 'the record was changed in the system meanwhile', undefined)
      return settled.failures > CONFLICTS_IN_A_ROW ? settled : { ...settled, dueInMs: CONFLICT_RETRY_MS }
    }
    case 'rejected':
      return {
        ...DONE,
        state: 'dead',
        reason: 'rejected',
        detail: { message: outcome.reason, ...(outcome.field === undefined ? {} : { field: outcome.field }) },
        failures: input.failures + 1,
      }
    case 'disconnected':
      return {
        ...DONE,
        state: 'pending',
        reason: 'disconnected',
        detail: { message: outcome.reason },
        dueInMs: 0,
        failures: input.failures,
      }
    default:
      return assertNever(outcome)
  }
}

const DONE: Omit<Settlement, 'state'> = {
  reason: undefined,
  detail: undefined,
  dueInMs: undefined,
  failures: 0,
  remoteId: undefined,
}

function doneBy(action: SettleInput['action']): Pick<Settlement, 'state' | 'reason'> {
  switch (action) {
    case 'upsert':
      return { state: 'synced', reason: undefined }
    case 'freeze':
      return { state: 'frozen', reason: 'route_exit' }
    case 'archive':
    case 'delete':
      return { state: 'absent', reason: `${action}d` }
    default:
      return assertNever(action)
  }
}

/** Back on its route since, it is made anew. */
function removedByUs(action: SettleInput['action']): Settlement {
  if (action === 'archive' || action === 'delete') return { ...DONE, ...doneBy(action) }
  return { ...DONE, state: 'pending', reason: 'deleted', dueInMs: 0 }
}

/**
 * An update met another remote record that holds what must be unique there. It may be about to change itself, as when two
 * customers swap an address or the record of a merged one is still there: tried again by the schedule, never at once.
 */
function heldElsewhere(input: SettleInput, remoteId: string): Settlement {
  const message = `Another record of the system, ${remoteId}, holds a value that must be unique there. Merge the two there, or correct one of them.`
  return { ...failed(input, message, undefined), reason: 'exists' }
}

function throttled(input: SettleInput, message: string, notBeforeMs: number | undefined): Settlement {
  const dueInMs = Math.max(0, (notBeforeMs ?? input.nowMs + backoffMs(1, input.random)) - input.nowMs)
  return { ...DONE, state: 'retrying', reason: 'throttled', detail: { message }, dueInMs, failures: input.failures }
}

function failed(input: SettleInput, message: string, notBeforeMs: number | undefined): Settlement {
  const failures = input.failures + 1
  const dueInMs = Math.max(backoffMs(failures, input.random), (notBeforeMs ?? 0) - input.nowMs)
  const failing = failures > FAILING_AFTER
  return {
    ...DONE,
    state: 'retrying',
    reason: 'failed',
    detail: { message, ...(failing ? { failing } : {}) },
    dueInMs,
    failures,
  }
}

/** It may have been written: looked up (or written again by its external id) after the vendor's index lag, never blindly. */
function unknown(input: SettleInput, message: string): Settlement {
  const failures = input.failures + 1
  if (!input.canSettleUnknown || failures > UNKNOWN_LOOKS_MAX) {
    return {
      ...DONE,
      state: 'dead',
      reason: 'unknown',
      detail: { message: `It is not known whether the record was written: ${message}` },
      failures,
    }
  }
  return {
    ...DONE,
    state: 'unknown',
    reason: 'unknown',
    detail: { message },
    dueInMs: Math.max(input.indexLagMs, backoffMs(failures, input.random)),
    failures,
  }
}
