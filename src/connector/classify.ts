import type { HttpFailure, HttpReply } from './network/http.ts'
import type { Outcome } from './outcome.ts'
import { textAt } from './reply-path.ts'
import { retryAfterMs } from './retry-after.ts'

/** What a call is for: it decides what a failure means. */
export type Operation =
  'create' | 'update' | 'upsert' | 'delete' | 'archive' | 'find' | 'list' | 'read' | 'check' | 'login'

const EXCERPT_MAX = 300

/** What a reply of a REST API means by its status alone; undefined: it worked. A vendor's own codes are looked at before. */
export function classifyStatus(
  reply: HttpReply,
  { operation, nowMs, reason = reasonOf(reply) }: { operation: Operation; nowMs: number; reason?: string },
): Outcome | undefined {
  const { status } = reply
  if (status >= 200 && status < 300) return undefined
  if (status === 401 || status === 403) return { kind: 'disconnected', reason }
  if (status === 404 || status === 410) return classifyMissing(operation, reason)
  // The vendor holds such a record already, but does not say which: looked up like any unknown create.
  if (status === 409) return operation === 'create' ? existsSomewhere(reason) : { kind: 'conflict', reason }
  if (status === 412) return { kind: 'conflict', reason }
  const notBeforeMs = retryAfterMs(reply.headers['retry-after'], nowMs)
  if (status === 429) return retryOf(reason, notBeforeMs, true)
  // 503 with Retry-After, 408, 423 and 425 say that nothing was done; other failures of a server may come after the write.
  if (status === 408 || status === 423 || status === 425) return retryOf(reason, notBeforeMs)
  if (status === 503 && notBeforeMs !== undefined) return retryOf(reason, notBeforeMs)
  if (status >= 500) return operation === 'create' ? { kind: 'unknown', reason } : retryOf(reason, notBeforeMs)
  return { kind: 'rejected', reason }
}

/** Why a call without a reply failed, as an outcome for this operation. */
export function classifyFailure(failure: HttpFailure, operation: Operation): Outcome {
  const reason = `${failure.kind}: ${failure.message}`
  if (failure.kind === 'address_refused') return { kind: 'disconnected', reason }
  return failure.sent && operation === 'create' ? { kind: 'unknown', reason } : { kind: 'retry', reason }
}

function classifyMissing(operation: Operation, reason: string): Outcome {
  if (operation === 'update' || operation === 'delete' || operation === 'archive' || operation === 'read')
    return { kind: 'gone' }
  return { kind: 'rejected', reason: `the address of ${operation} was not found: check its path (${reason})` }
}

/** A create met a record that the vendor does not name. */
export function existsSomewhere(reason: string): Outcome {
  return { kind: 'unknown', reason: `a record like this exists already, the reply does not say which: ${reason}` }
}

/** Nothing was written, try again; `notBeforeMs` is epoch ms. */
export function retryOf(reason: string, notBeforeMs?: number, throttled = false): Outcome {
  return {
    kind: 'retry',
    reason,
    ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
    ...(throttled ? { throttled } : {}),
  }
}

/** The members that vendors commonly put their message in. */
const MESSAGE_PATHS = [
  'error.message',
  'error.data.message',
  'error_description',
  'detail',
  'description',
  'message',
  'errors.0.message',
  'title',
  'error',
]

/** The vendor's message with the status, else an excerpt of the body. */
export function reasonOf(reply: HttpReply): string {
  for (const path of MESSAGE_PATHS) {
    const message = textAt(reply.json, path)
    if (message !== undefined) return `${reply.status}: ${message.slice(0, EXCERPT_MAX)}`
  }
  return `${reply.status}: ${reply.text.slice(0, EXCERPT_MAX)}`
}
