import type { HttpFailure, HttpReply } from '#connector/http.ts'
import type { Outcome } from '#connector/outcome.ts'
import { retryAfterMs } from '#connector/retry-after.ts'
import type { Variables } from '#connector/template.ts'
import { assertNever } from '#model/assert.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json } from '#model/json.ts'
import type { CompiledRule } from './compiled.ts'
import { textAt, valueAt } from './reply-path.ts'

export type Operation =
  'create' | 'update' | 'upsert' | 'delete' | 'archive' | 'find' | 'list' | 'read' | 'check' | 'login'

export interface ReplyView {
  operation: Operation
  reply: HttpReply
  /** The row of a batch's reply that is judged; absent: the reply as a whole. */
  row?: Json
  nowMs: number
}

const EXCERPT_MAX = 300

/** What the configured rules make of a reply or row; undefined when none fits. A rule that cannot be evaluated does not fit. */
export function classifyByRules(rules: readonly CompiledRule[], view: ReplyView): Outcome | undefined {
  if (rules.length === 0) return undefined
  const { reply, row, operation, nowMs } = view
  const variables: Variables = { status: reply.status, headers: { ...reply.headers }, body: reply.json, row, operation }
  const fitting = rules.find(rule => {
    if (rule.status && !rule.status.includes(reply.status)) return false
    if (!rule.when) return true
    const verdict = rule.when.evaluate(variables, nowMs)
    return verdict.ok && verdict.value === true
  })
  return fitting && outcomeOf(fitting, view)
}

function outcomeOf(rule: CompiledRule, view: ReplyView): Outcome {
  const { reply, row, nowMs } = view
  const source = row ?? reply.json
  const reason = (rule.reason === undefined ? undefined : textAt(source, rule.reason)) ?? reasonOf(reply)
  switch (rule.outcome) {
    case 'delivered':
      return { kind: 'delivered', remoteId: textAt(source, rule.remoteId ?? '') ?? '' }
    case 'exists': {
      const remoteId = textAt(source, rule.remoteId ?? '')
      return remoteId === undefined ? existsSomewhere(reason) : { kind: 'exists', remoteId }
    }
    case 'retry':
      return retryOf(reason, notBefore(reply, nowMs, rule.retryAfter), rule.throttled ?? reply.status === 429)
    case 'rejected': {
      const field = rule.field === undefined ? undefined : textAt(source, rule.field)
      return { kind: 'rejected', reason, ...(field === undefined ? {} : { field }) }
    }
    case 'gone':
      return { kind: 'gone' }
    case 'unknown':
    case 'conflict':
    case 'disconnected':
      return { kind: rule.outcome, reason }
    default:
      return assertNever(rule.outcome)
  }
}

/** What a reply means when no rule says so; undefined: it worked. */
export function classifyByDefault(view: ReplyView, protocol: 'rest' | 'jsonrpc'): Outcome | undefined {
  const { reply, operation, nowMs } = view
  const { status } = reply
  const reason = reasonOf(reply)
  if (status >= 200 && status < 300) return protocol === 'jsonrpc' ? classifyRpcError(reply) : undefined
  if (status === 401 || status === 403) return { kind: 'disconnected', reason }
  if (status === 404 || status === 410) return classifyMissing(operation, reason)
  // The vendor holds such a record already, but does not say which: looked up like any unknown create.
  if (status === 409) return operation === 'create' ? existsSomewhere(reason) : { kind: 'conflict', reason }
  if (status === 412) return { kind: 'conflict', reason }
  const notBeforeMs = notBefore(reply, nowMs, undefined)
  if (status === 429) return retryOf(reason, notBeforeMs, true)
  // 503 with Retry-After, 408, 423 and 425 say that nothing was done; other failures of a server may come after the write.
  if (status === 408 || status === 423 || status === 425) return retryOf(reason, notBeforeMs, false)
  if (status === 503 && notBeforeMs !== undefined) return retryOf(reason, notBeforeMs, false)
  if (status >= 500) return operation === 'create' ? { kind: 'unknown', reason } : retryOf(reason, notBeforeMs, false)
  return { kind: 'rejected', reason }
}

/** Why a call without a reply failed, as an outcome for this operation. */
export function classifyFailure(failure: HttpFailure, operation: Operation): Outcome {
  const reason = `${failure.kind}: ${failure.message}`
  if (failure.kind === 'address_refused') return { kind: 'disconnected', reason }
  return failure.sent && operation === 'create' ? { kind: 'unknown', reason } : { kind: 'retry', reason }
}

function classifyRpcError(reply: HttpReply): Outcome | undefined {
  const error = valueAt(reply.json, 'error')
  if (error === undefined || error === null) {
    if (isJsonObject(reply.json) || Array.isArray(reply.json)) return undefined
    return { kind: 'retry', reason: 'the reply is no JSON-RPC answer' }
  }
  const name = textAt(error, 'data.name') ?? ''
  const reason =
    textAt(error, 'data.message') ?? textAt(error, 'message') ?? JSON.stringify(error).slice(0, EXCERPT_MAX)
  if (/AccessDenied|Unauthorized/.test(name)) return { kind: 'disconnected', reason }
  if (/MissingError/.test(name)) return { kind: 'gone' }
  if (/SerializationFailure|LockNotAvailable|OperationalError/.test(name)) return { kind: 'retry', reason }
  return { kind: 'rejected', reason }
}

function classifyMissing(operation: Operation, reason: string): Outcome {
  if (operation === 'update' || operation === 'delete' || operation === 'archive' || operation === 'read')
    return { kind: 'gone' }
  return { kind: 'rejected', reason: `the address of ${operation} was not found: check its path (${reason})` }
}

function existsSomewhere(reason: string): Outcome {
  return { kind: 'unknown', reason: `a record like this exists already, the reply does not say which: ${reason}` }
}

function retryOf(reason: string, notBeforeMs: number | undefined, throttled: boolean): Outcome {
  return {
    kind: 'retry',
    reason,
    ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
    ...(throttled ? { throttled } : {}),
  }
}

/** When to try again: from a path of the body, else the header Retry-After. */
function notBefore(reply: HttpReply, nowMs: number, path: string | undefined): number | undefined {
  return retryAfterMs(
    (path === undefined ? undefined : textAt(reply.json, path)) ?? reply.headers['retry-after'],
    nowMs,
  )
}

/** The members that vendors commonly put their message in, else an excerpt of the body. */
function reasonOf(reply: HttpReply): string {
  for (const path of [
    'error.message',
    'error.data.message',
    'error_description',
    'detail',
    'description',
    'message',
    'errors.0.message',
    'title',
    'error',
  ]) {
    const message = textAt(reply.json, path)
    if (message !== undefined) return `${reply.status}: ${message.slice(0, EXCERPT_MAX)}`
  }
  return `${reply.status}: ${reply.text.slice(0, EXCERPT_MAX)}`
}
