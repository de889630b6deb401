import { classifyFailure, classifyStatus, existsSomewhere, retryOf, type Operation } from '#connector/classify.ts'
import type { HttpFailure, HttpReply } from '#connector/network/http.ts'
import type { Outcome } from '#connector/outcome.ts'
import { textAt } from '#connector/reply-path.ts'
import { retryAfterMs } from '#connector/retry-after.ts'
import type { Json } from '#model/json.ts'

const REASON_MAX = 300
const HOUR_MS = 3600_000

/** How long each limit is waited out: the window of the limit; of the daily one the zone is not known, so it is asked hourly. */
const LIMIT_MS: Readonly<Record<string, number>> = { SECONDLY: 1000, TEN_SECONDLY_ROLLING: 10_000, DAILY: HOUR_MS }

/** What a reply means for the call as a whole; undefined: it worked, perhaps not for every row. */
export function outcomeOf(reply: HttpReply | HttpFailure, operation: Operation, nowMs: number): Outcome | undefined {
  if (!reply.ok) return classifyFailure(reply, operation)
  const { status } = reply
  if (status < 300) return undefined
  const reason = `${status}: ${messageOf(reply.json) ?? reply.text.slice(0, REASON_MAX)}`
  if (status === 429) {
    const waitMs = LIMIT_MS[textAt(reply.json, 'policyName') ?? ''] ?? LIMIT_MS['TEN_SECONDLY_ROLLING'] ?? 0
    return retryOf(reason, retryAfterMs(reply.headers['retry-after'], nowMs) ?? nowMs + waitMs, true)
  }
  // 477: the account is being moved to another data centre; nothing was done.
  if (status === 477) return retryOf(reason, retryAfterMs(reply.headers['retry-after'], nowMs))
  if (status === 400 || status === 409) return outcomeOfProblem(reply.json, operation, reason)
  return classifyStatus(reply, { operation, nowMs, reason })
}

/** What one problem (the body of an error, or a row's error in a reply of 207) means for one item. */
export function outcomeOfProblem(problem: Json | undefined, operation: Operation, given?: string): Outcome {
  const reason = given ?? messageOf(problem) ?? 'HubSpot gave no reason'
  const category = textAt(problem, 'category') ?? ''
  if (category === 'OBJECT_NOT_FOUND' && operation !== 'create' && operation !== 'upsert') return { kind: 'gone' }
  if (category === 'RATE_LIMITS') return retryOf(reason, undefined, true)
  if (category === 'INTERNAL_ERROR' || textAt(problem, 'status') === '500') {
    return operation === 'create' ? { kind: 'unknown', reason } : retryOf(reason)
  }
  if (category === 'CONFLICT') return outcomeOfConflict(reason, operation)
  const field = fieldOf(problem, reason)
  return { kind: 'rejected', reason, ...(field === undefined ? {} : { field }) }
}

/** A unique value is another record's already. The message names that one; its wording is not documented. */
function outcomeOfConflict(reason: string, operation: Operation): Outcome {
  if (operation !== 'create' && operation !== 'upsert') return { kind: 'rejected', reason }
  const remoteId = /Existing ID: (\d+)/.exec(reason)?.[1]
  return remoteId === undefined ? existsSomewhere(reason) : { kind: 'exists', remoteId }
}

function messageOf(problem: Json | undefined): string | undefined {
  return textAt(problem, 'message')?.slice(0, REASON_MAX) ?? textAt(problem, 'errors.0.message')?.slice(0, REASON_MAX)
}

/** The property that was refused, in whichever form the error names it. */
function fieldOf(problem: Json | undefined, reason: string): string | undefined {
  return (
    textAt(problem, 'errors.0.in') ??
    textAt(problem, 'errors.0.context.propertyName.0') ??
    textAt(problem, 'context.propertyName.0') ??
    /"name":"([a-z0-9_]+)"/.exec(reason)?.[1]
  )
}
