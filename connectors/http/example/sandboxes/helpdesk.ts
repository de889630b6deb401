import { createHmac, randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '#model/json.ts'
import { createSandboxOf } from './sandbox.ts'
import type { Sandbox, SandboxOptions, Vendor, VendorFrame } from './sandbox.ts'
import type { Change, InsertResult, Row, Table } from './table.ts'
import { listAt, objectAt, textAt } from './vendor-server.ts'
import type { Answer, Call } from './vendor-server.ts'

export const HELPDESK_SECRETS = {
  username: 'hub@example.com/token',
  password: 'helpdesk-api-key',
  webhookSecret: 'helpdesk-webhook-secret',
}

const NAME_MAX = 40
const PAGE = 100
const OBJECTS = { users: 'user', organizations: 'organization', tickets: 'ticket' }

/**
 * A helpdesk in Zendesk's manner: API key by basic authentication, `create_or_update` by external id or mail, batches
 * of 100 with a result per row, incremental exports by cursor, 429 with Retry-After, thin webhooks signed with base64
 * HMAC-SHA256 over timestamp + body. It lower-cases mail addresses and cuts names after 40 characters.
 */
export function createHelpdesk(options: SandboxOptions): Sandbox {
  return createSandboxOf({ name: 'helpdesk', normalise, open }, options)
}

function normalise(_object: string, fields: JsonObject): JsonObject {
  const result: JsonObject = { ...fields }
  if (typeof fields.email === 'string') result.email = fields.email.trim().toLowerCase()
  if (typeof fields.name === 'string') result.name = Array.from(fields.name.trim()).slice(0, NAME_MAX).join('')
  return result
}

function open({ table }: VendorFrame): Vendor {
  const tables = {
    user: table('user', { firstId: 9_001_001, unique: ['external_id', 'email'] }),
    organization: table('organization', { firstId: 8_001_001, unique: ['external_id'] }),
    ticket: table('ticket', { firstId: 35_001, unique: ['external_id'] }),
  }
  const expected = `Basic ${Buffer.from(`${HELPDESK_SECRETS.username}:${HELPDESK_SECRETS.password}`).toString('base64')}`

  return {
    tables,
    // Its API key does not expire.
    revokeTokens: () => undefined,
    throttled: seconds => ({
      status: 429,
      headers: { 'retry-after': String(seconds) },
      json: { error: 'APIRateLimitExceeded', description: 'Number of allowed API requests per minute exceeded' },
    }),
    webhook: thinWebhook,
    handle(call) {
      if (call.headers.authorization !== expected) return { status: 401, json: { error: "Couldn't authenticate you" } }
      const [api, version, first = '', second = '', third = ''] = call.segments
      if (api !== 'api' || version !== 'v2') return notFound()
      const collection = first === 'incremental' ? second : first
      const object = objectOf(collection)
      if (!object) return notFound()
      const rows = tables[object]
      if (first !== 'incremental' && third !== '') return notFound()
      const answer =
        first === 'incremental' ? incremental(second, rows, call) : route(call, object, first, second, rows)
      return answer
    },
  }
}

function route(call: Call, object: keyof Tables, collection: string, action: string, rows: Table): Answer {
  const given = objectAt(call.json, object)
  switch (`${call.method} ${/^\d+$/.test(action) ? ':id' : action}`) {
    case 'GET me':
      return { status: 200, json: { user: { id: 1, email: 'hub@example.com', role: 'admin' } } }
    case 'POST create_or_update':
      return written(object, createOrUpdate(rows, given))
    case 'POST create_or_update_many':
      return writtenMany(rows, listAt(call.json, collection))
    case 'GET show_many':
      return many(
        collection,
        (call.query.get('ids') ?? '').split(',').flatMap(id => rows.get(id) ?? []),
      )
    case 'GET ':
      return many(
        collection,
        [rows.findBy('external_id', call.query.get('external_id'))].flatMap(row => row ?? []),
      )
    case 'GET search':
      return many(
        collection,
        [rows.findBy('email', call.query.get('email'))].flatMap(row => row ?? []),
      )
    case 'POST ':
      return written(object, { created: true, result: rows.insert(given, 'api') })
    case 'GET :id':
      return one(object, rows.get(action))
    case 'PUT :id':
      return written(object, { created: false, result: rows.patch(action, given, 'api') })
    case 'DELETE :id':
      return rows.remove(action, 'api') ? { status: 204 } : notFound()
    default:
      return notFound()
  }
}

type Tables = { user: Table; organization: Table; ticket: Table }
type Upserted = { created: boolean; result: InsertResult | undefined }

function objectOf(collection: string): keyof Tables | undefined {
  if (!Object.hasOwn(OBJECTS, collection)) return undefined
  const object = OBJECTS[collection as keyof typeof OBJECTS]
  return object === 'user' || object === 'organization' || object === 'ticket' ? object : undefined
}

function createOrUpdate(rows: Table, given: JsonObject): Upserted {
  const { id, ...fields } = given
  const existing =
    id === undefined
      ? (rows.findBy('external_id', given.external_id) ?? rows.findBy('email', given.email))
      : rows.get(textAt(given, 'id'))
  if (id !== undefined && !existing) return { created: false, result: undefined }
  if (existing) return { created: false, result: rows.patch(existing.id, fields, 'api') }
  return { created: true, result: rows.insert(fields, 'api') }
}

function writtenMany(rows: Table, given: readonly Json[]): Answer {
  if (given.length > PAGE) return { status: 400, json: { error: 'TooManyRows', description: `At most ${PAGE}` } }
  const results = given.map((item, index): Json => {
    const invalid = problemOf(objectAt(item))
    if (invalid) return { index, status: 'Failed', error: invalid }
    const { created, result } = createOrUpdate(rows, objectAt(item))
    if (!result) return { index, status: 'Failed', error: 'RecordNotFound' }
    if (!result.ok)
      return { index, status: 'Failed', error: 'RecordInvalid', details: `${result.field}: already taken` }
    return { index, id: Number(result.row.id), status: created ? 'Created' : 'Updated' }
  })
  return { status: 200, json: { job_status: { status: 'completed', results } } }
}

function problemOf(fields: JsonObject): string | undefined {
  if (fields.name !== undefined && (typeof fields.name !== 'string' || fields.name.trim() === ''))
    return 'Name: is too short (minimum one character)'
  if (typeof fields.email === 'string' && !fields.email.includes('@')) return 'Email: is not properly formatted'
  return undefined
}

function written(object: string, { created, result }: Upserted): Answer {
  if (!result) return notFound()
  if (result.ok) return { status: created ? 201 : 200, json: { [object]: render(result.row) } }
  const details = {
    [result.field]: [{ description: `${result.field} has already been taken`, error: 'DuplicateValue' }],
  }
  return { status: 422, json: { error: 'RecordInvalid', description: 'Record validation errors', details } }
}

function incremental(collection: string, rows: Table, call: Call): Answer {
  const sinceMs = Number(call.query.get('cursor') ?? Number(call.query.get('start_time') ?? 0) * 1000)
  const page = rows.changedSince(sinceMs).slice(0, PAGE)
  // The cursor names the last time handed out, plus one; a page never ends within one millisecond.
  const lastMs = page.at(-1)?.updatedAtMs
  const complete = lastMs === undefined ? [] : rows.changedSince(sinceMs).filter(row => row.updatedAtMs <= lastMs)
  const after = lastMs === undefined ? sinceMs : lastMs + 1
  const json = {
    [collection]: complete.map(render),
    after_cursor: String(after),
    end_of_stream: rows.changedSince(after).length === 0,
  }
  return { status: 200, json }
}

function many(collection: string, rows: readonly Row[]): Answer {
  return { status: 200, json: { [collection]: rows.map(render), count: rows.length } }
}

function one(object: string, row: Row | undefined): Answer {
  return row ? { status: 200, json: { [object]: render(row) } } : notFound()
}

function notFound(): Answer {
  return { status: 404, json: { error: 'RecordNotFound', description: 'Not found' } }
}

function render({ id, fields, createdAtMs, updatedAtMs }: Row): JsonObject {
  return {
    id: Number(id),
    ...fields,
    created_at: new Date(createdAtMs).toISOString(),
    updated_at: new Date(updatedAtMs).toISOString(),
  }
}

/** Says only which record changed; what it holds now must be read. */
function thinWebhook(object: string, { action, row }: Change): ReturnType<Vendor['webhook']> {
  return signHelpdeskWebhook({
    id: randomUUID(),
    type: `hd:event:${object}.${action}`,
    time: new Date(row.updatedAtMs).toISOString(),
    subject: `hd:${object}:${row.id}`,
    detail: {
      object,
      id: row.id,
      external_id: row.fields.external_id ?? null,
      actor_id: row.author === 'api' ? '1' : '77',
    },
  })
}

export function signHelpdeskWebhook(event: JsonObject, secret = HELPDESK_SECRETS.webhookSecret) {
  const body = JSON.stringify(event)
  const timestamp = new Date().toISOString()
  const signature = createHmac('sha256', secret)
    .update(timestamp + body)
    .digest('base64')
  const headers = {
    'content-type': 'application/json',
    'x-helpdesk-signature': signature,
    'x-helpdesk-signature-timestamp': timestamp,
  }
  return { path: '', headers, body }
}
