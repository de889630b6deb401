import type { Json, JsonObject } from '#model/json.ts'
import { createSandboxOf } from './sandbox.ts'
import type { Sandbox, SandboxOptions, Vendor, VendorFrame } from './sandbox.ts'
import type { Change, InsertResult, Row, Table } from './table.ts'
import { listAt, objectAt, textAt, textOf } from './vendor-server.ts'
import type { Answer, Call } from './vendor-server.ts'
import type { OutgoingWebhook } from './webhook-sender.ts'

export const MARKETING_SECRETS = { token: 'marketing-bearer-token', webhookSecret: 'marketing-webhook-secret' }

const BATCH_MAX = 100
const CONSENTS = ['granted', 'denied', 'unknown']

/**
 * A marketing tool: bearer token, subscribers with tags and consents, a batch upsert by mail address (100 a call, a
 * result per row), lists by page, webhooks that are form-encoded with a secret in the query and no signature.
 * It lower-cases mail addresses and the language, trims names and sorts tags.
 */
export function createMarketing(options: SandboxOptions): Sandbox {
  return createSandboxOf({ name: 'marketing', normalise, open }, options)
}

function normalise(_object: string, fields: JsonObject): JsonObject {
  const result: JsonObject = { ...fields }
  for (const name of ['email', 'language']) {
    const value = fields[name]
    if (typeof value === 'string') result[name] = value.trim().toLowerCase()
  }
  for (const name of ['first_name', 'last_name']) {
    const value = fields[name]
    if (typeof value === 'string') result[name] = value.trim().replace(/\s+/g, ' ')
  }
  if (Array.isArray(fields.tags)) result.tags = [...new Set(fields.tags.map(textOf))].sort()
  return result
}

function open({ table }: VendorFrame): Vendor {
  const subscribers = table('subscriber', { firstId: 203_001, unique: ['email', 'external_id'] })

  return {
    tables: { subscriber: subscribers },
    revokeTokens: () => undefined,
    throttled: seconds => ({
      status: 429,
      headers: { 'retry-after': new Date(Date.now() + seconds * 1000).toUTCString() },
      json: problem(429, 'Too Many Requests', 'Slow down'),
    }),
    webhook: (_object, change) => formWebhook(change),
    handle(call): Answer {
      if (call.headers.authorization !== `Bearer ${MARKETING_SECRETS.token}`)
        return { status: 401, json: problem(401, 'API Key Invalid', 'Your API key may be invalid') }
      const [version, collection, id] = call.segments
      if (call.path === '/v3/ping') return { status: 200, json: { health_status: "Everything's Chimpy!" } }
      if (version !== 'v3' || collection !== 'subscribers') return notFound()
      return route(call, subscribers, id)
    },
  }
}

function route(call: Call, rows: Table, id: string | undefined): Answer {
  switch (`${call.method} ${id === undefined ? '' : id === 'batch' ? id : ':id'}`) {
    case 'POST batch':
      return batch(rows, listAt(call.json, 'subscribers'))
    case 'GET ':
      return call.query.has('email')
        ? page(
            [rows.findBy('email', call.query.get('email'))].flatMap(row => row ?? []),
            1,
          )
        : list(rows, call)
    case 'GET :id':
      return one(rows.get(id ?? ''))
    case 'PATCH :id':
      return written(rows.patch(id ?? '', objectAt(call.json), 'api'))
    case 'DELETE :id':
      return rows.remove(id ?? '', 'api') ? { status: 204 } : notFound()
    default:
      return notFound()
  }
}

function batch(rows: Table, given: readonly Json[]): Answer {
  if (given.length > BATCH_MAX)
    return { status: 400, json: problem(400, 'Too Many Rows', `At most ${BATCH_MAX} a call`) }
  const results = given.map((item): Json => {
    const { id, ...fields } = objectAt(item)
    const error = problemOf(fields)
    if (error) return { status: 'error', email: fields.email ?? null, error }
    const existing = id === undefined ? rows.findBy('email', fields.email) : rows.get(textAt(item, 'id'))
    if (id !== undefined && !existing)
      return { status: 'error', error: { code: 'not_found', field: 'id', message: 'No such subscriber' } }
    const result = existing ? rows.patch(existing.id, fields, 'api') : rows.insert(fields, 'api')
    if (!result?.ok)
      return {
        status: 'error',
        email: fields.email ?? null,
        error: { code: 'taken', field: result?.field ?? 'id', message: 'Already used by another subscriber' },
      }
    return { status: existing ? 'updated' : 'created', id: result.row.id, subscriber: render(result.row) }
  })
  return { status: 200, json: { results } }
}

function problemOf(fields: JsonObject): JsonObject | undefined {
  if (typeof fields.email === 'string' && !/^[^@\s]+@[^@\s]+$/.test(fields.email))
    return { code: 'invalid_email', field: 'email', message: 'Please provide a valid email address' }
  const consent = fields.email_consent
  if (consent !== undefined && consent !== null && !CONSENTS.includes(textOf(consent)))
    return { code: 'invalid_consent', field: 'email_consent', message: `One of ${CONSENTS.join(', ')}` }
  return undefined
}

function list(rows: Table, call: Call): Answer {
  const sinceMs = Date.parse(call.query.get('since_last_changed') ?? '') || 0
  const number = Math.max(1, Number(call.query.get('page') ?? 1))
  return page(rows.changedSince(sinceMs), number)
}

function page(rows: readonly Row[], number: number): Answer {
  const start = (number - 1) * BATCH_MAX
  return {
    status: 200,
    json: { subscribers: rows.slice(start, start + BATCH_MAX).map(render), total_items: rows.length },
  }
}

function one(row: Row | undefined): Answer {
  return row ? { status: 200, json: render(row) } : notFound()
}

function written(result: InsertResult | undefined): Answer {
  if (!result) return notFound()
  if (result.ok) return { status: 200, json: render(result.row) }
  return {
    status: 400,
    json: {
      ...problem(400, 'Member Exists', `${result.field} is used by another subscriber`),
      errors: [{ field: result.field, message: 'taken' }],
    },
  }
}

function problem(status: number, title: string, detail: string): JsonObject {
  return { type: 'about:blank', title, status, detail }
}

function notFound(): Answer {
  return { status: 404, json: problem(404, 'Resource Not Found', 'The requested resource could not be found') }
}

function render({ id, fields, updatedAtMs }: Row): JsonObject {
  return { id, ...fields, last_changed: new Date(updatedAtMs).toISOString() }
}

/** PHP-style brackets for nested members, as Mailchimp sends them. */
function formWebhook({ action, row }: Change): OutgoingWebhook {
  const { tags, ...fields } = row.fields
  const pairs: [string, string][] = Object.entries(fields).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[`data[${name}]`, textOf(value)]],
  )
  const list = Array.isArray(tags)
    ? tags.map((tag, index): [string, string] => [`data[tags][${index}]`, textOf(tag)])
    : []
  return formWebhookOf([
    ['type', action === 'deleted' ? 'subscriber.deleted' : 'subscriber.changed'],
    ['fired_at', new Date(row.updatedAtMs).toISOString()],
    ['source', row.author === 'api' ? 'api' : 'admin'],
    ['data[id]', row.id],
    ...pairs,
    ...list,
  ])
}

export function formWebhookOf(pairs: [string, string][], secret = MARKETING_SECRETS.webhookSecret): OutgoingWebhook {
  return {
    path: `?secret=${encodeURIComponent(secret)}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(pairs).toString(),
  }
}

/** A campaign's open or click, which no record of a subscriber stands behind. */
export function campaignWebhook(event: {
  id: string
  type: 'open' | 'click' | 'bounce'
  email: string
  subscriberId: string
  campaign: string
  url?: string
  atMs: number
}): OutgoingWebhook {
  return formWebhookOf([
    ['type', `campaign.${event.type}`],
    ['fired_at', new Date(event.atMs).toISOString()],
    ['data[event_id]', event.id],
    ['data[subscriber_id]', event.subscriberId],
    ['data[email]', event.email],
    ['data[campaign]', event.campaign],
    ...(event.url === undefined ? [] : [['data[url]', event.url] satisfies [string, string]]),
  ])
}
