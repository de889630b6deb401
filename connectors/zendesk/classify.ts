import { classifyFailure, classifyStatus, existsSomewhere, retryOf, type Operation } from '#connector/classify.ts'
import type { HttpFailure, HttpReply } from '#connector/network/http.ts'
import type { Outcome } from '#connector/outcome.ts'
import { listAt, textAt, valueAt } from '#connector/reply-path.ts'
import { isJsonObject, type Json } from '#model/json.ts'

/** What a reply means; undefined: it worked. Zendesk names what was wrong by the member `details`. */
export function outcomeOf(reply: HttpReply | HttpFailure, operation: Operation, nowMs: number): Outcome | undefined {
  if (!reply.ok) return classifyFailure(reply, operation)
  const { status, json } = reply
  const error = textAt(json, 'error') ?? textAt(json, 'error.title')
  if (status === 400 && error === 'IdempotentRequestError') {
    // The key was used before with other content: whatever that made is looked for.
    return { kind: 'unknown', reason: '400: the idempotency key was used before with other content' }
  }
  const details = detailsOf(json)
  const reason = `${status}: ${reasonOf(reply, details)}`
  if (status === 422) return outcomeOfInvalid(details, operation, reason)
  // Two writers met in Zendesk's database; what is known by its id is read back, what is new is written again.
  if (status === 409 && operation === 'upsert') return retryOf(reason)
  return classifyStatus(reply, { operation, nowMs, reason })
}

interface Detail {
  field: string
  error: string | undefined
  description: string
}

function detailsOf(json: Json | undefined): Detail[] {
  const details = valueAt(json, 'details')
  if (!isJsonObject(details)) return []
  return Object.keys(details).flatMap(field =>
    listAt(details, field).map(one => ({
      field,
      error: textAt(one, 'error'),
      description: textAt(one, 'description') ?? '',
    })),
  )
}

function outcomeOfInvalid(details: readonly Detail[], operation: Operation, reason: string): Outcome {
  const taken = details.some(({ error }) => error === 'DuplicateValue')
  if (taken && (operation === 'create' || operation === 'upsert')) return existsSomewhere(reason)
  const field = details[0]?.field
  return { kind: 'rejected', reason, ...(field === undefined || field === 'base' ? {} : { field }) }
}

function reasonOf({ json, text }: HttpReply, details: readonly Detail[]): string {
  const described = details.map(({ description }) => description).join('; ')
  const message = textAt(json, 'description') ?? textAt(json, 'error.message') ?? textAt(json, 'error') ?? text
  return (described === '' ? message : `${message}: ${described}`).slice(0, 300)
}
