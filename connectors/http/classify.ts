import { classifyStatus, existsSomewhere, reasonOf, retryOf, type Operation } from '#connector/classify.ts'
import type { HttpReply } from '#connector/network/http.ts'
import type { Outcome } from '#connector/outcome.ts'
import { retryAfterMs } from '#connector/retry-after.ts'
import type { Variables } from '#connector/template.ts'
import { assertNever } from '#model/assert.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json } from '#model/json.ts'
import type { CompiledRule } from './compiled.ts'
import { textAt, valueAt } from '#connector/reply-path.ts'

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
  const { reply } = view
  const outcome = classifyStatus(reply, view)
  return outcome === undefined && protocol === 'jsonrpc' ? classifyRpcError(reply) : outcome
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

/** When to try again: from a path of the body, else the header Retry-After. */
function notBefore(reply: HttpReply, nowMs: number, path: string | undefined): number | undefined {
  return retryAfterMs(
    (path === undefined ? undefined : textAt(reply.json, path)) ?? reply.headers['retry-after'],
    nowMs,
  )
}
