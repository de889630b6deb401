import { createHmac, randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '#model/json.ts'
import { createSandboxOf } from './sandbox.ts'
import type { Sandbox, SandboxOptions, Vendor, VendorFrame } from './sandbox.ts'
import type { Change, InsertResult, Row, Table } from './table.ts'
import { listAt, objectAt, textAt } from './vendor-server.ts'
import type { Answer, Call } from './vendor-server.ts'

/** What the demo's hub is given to sign in with; a sandbox holds nothing worth protecting. */
export const CRM_SECRETS = {
  clientId: 'patchbay',
  clientSecret: 'crm-client-secret',
  webhookSecret: 'crm-webhook-secret',
}

const TOKEN_SECONDS = 3600
const SEARCH_LAG_MS = 300
const PAGE_MAX = 100
const UNIQUE: Readonly<Record<string, readonly string[]>> = {
  contact: ['externalId', 'email'],
  company: ['externalId', 'taxId'],
}
/** Webhooks are sent for these objects only, as the hub has subscribed. */
const SUBSCRIBED = new Set(['contact', 'company', 'deal'])
const OBJECTS = {
  contacts: 'contact',
  companies: 'company',
  deals: 'deal',
  orders: 'order',
  invoices: 'invoice',
  cases: 'case',
  activities: 'activity',
}

/**
 * A CRM with a REST API: OAuth2 client credentials, no upsert (search, create, PATCH; 409 with the existing id on a
 * duplicate mail), a search index that lags 300 ms, cursor paging by modified time, webhooks signed with
 * hex HMAC-SHA256 over `timestamp.body`. It trims and capitalises names and strips what is no digit from phones.
 */
export function createCrm(options: SandboxOptions): Sandbox {
  return createSandboxOf({ name: 'crm', normalise, open }, options)
}

function normalise(object: string, fields: JsonObject): JsonObject {
  const result: JsonObject = {}
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'string') result[name] = value
    else if (name === 'firstName' || name === 'lastName') result[name] = capitalise(value)
    else if (name === 'phone' || name === 'mobile') result[name] = value.replace(/(?!^\+)\D/g, '')
    else if (name === 'email') result[name] = value.trim()
    else result[name] = object === 'activity' ? value : value.trim()
  }
  return result
}

/** Each word's first letter in upper case, single blanks; the rest as it is. */
function capitalise(name: string): string {
  return name
    .trim()
    .split(/\s+/)
    .map(word => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')
}

function open({ nowMs, fast, table }: VendorFrame): Vendor {
  const tables = Object.fromEntries(
    Object.values(OBJECTS).map((object, position) => [
      object,
      table(object, {
        firstId: (position + 1) * 100_000 + 1,
        unique: UNIQUE[object] ?? ['externalId'],
      }),
    ]),
  )
  const tokens = new Set<string>()

  const search = (rows: Table, body: Json | undefined): Answer => {
    const indexedUntilMs = fast ? Infinity : nowMs() - SEARCH_LAG_MS
    const found = new Map<string, Row>()
    for (const filter of listAt(body, 'anyOf')) {
      const row = rows.findBy(textAt(filter, 'property'), objectAt(filter).value)
      if (row && row.createdAtMs <= indexedUntilMs) found.set(row.id, row)
    }
    return { status: 200, json: { results: [...found.values()].map(render) } }
  }

  return {
    tables,
    revokeTokens: () => tokens.clear(),
    throttled: seconds => ({
      status: 429,
      headers: { 'retry-after': String(seconds) },
      json: failure('rate_limited', 'Too many requests'),
    }),
    webhook: (object, change) => (SUBSCRIBED.has(object) ? signedWebhook(object, change) : undefined),
    handle(call) {
      const [version, collection = '', id, action] = call.segments
      if (call.path === '/oauth/token') return issueToken(call, tokens)
      if (!tokens.has((call.headers.authorization ?? '').replace(/^Bearer /, '')))
        return { status: 401, json: failure('invalid_token', 'The access token is missing, expired or revoked') }
      if (call.path === '/v1/me') return { status: 200, json: { user: 'api:patchbay' } }
      const object = Object.hasOwn(OBJECTS, collection) ? OBJECTS[collection as keyof typeof OBJECTS] : undefined
      const rows = object === undefined ? undefined : tables[object]
      if (version !== 'v1' || !rows || action !== undefined) return notFound()
      switch (`${call.method} ${id === undefined || id === 'search' || id === 'batch' ? (id ?? '') : ':id'}`) {
        case 'POST ':
          return written(rows.insert(objectAt(call.json), 'api'), 201)
        case 'GET ':
          return call.query.has('ids') ? readMany(rows, call) : list(rows, call)
        case 'POST search':
          return search(rows, call.json)
        case 'POST batch':
          return batch(rows, call)
        case 'GET :id':
          return one(rows.get(id ?? ''))
        case 'PATCH :id':
          return written(rows.patch(id ?? '', objectAt(call.json), 'api'), 200)
        case 'DELETE :id':
          return rows.remove(id ?? '', 'api') ? { status: 204 } : notFound()
        default:
          return { status: 405, json: failure('method_not_allowed', 'Not here') }
      }
    },
  }
}

function issueToken(call: Call, tokens: Set<string>): Answer {
  const form = new URLSearchParams(call.text)
  const right = form.get('client_id') === CRM_SECRETS.clientId && form.get('client_secret') === CRM_SECRETS.clientSecret
  if (!right || form.get('grant_type') !== 'client_credentials')
    return { status: 401, json: { error: 'invalid_client' } }
  const token = randomUUID()
  tokens.add(token)
  return { status: 200, json: { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS } }
}

/** Creates and updates up to 100 records in one call; each row of the answer stands for the input of its place. */
function batch(rows: Table, call: Call): Answer {
  const inputs = listAt(call.json, 'inputs')
  if (inputs.length > PAGE_MAX) return { status: 400, json: failure('too_many', `At most ${PAGE_MAX} inputs`) }
  const results = inputs.map((input): Json => {
    const id = textAt(input, 'id')
    const properties = objectAt(input, 'properties')
    const answer =
      id === '' ? written(rows.insert(properties, 'api'), 201) : written(rows.patch(id, properties, 'api'), 200)
    return { status: answer.status, ...objectAt(answer.json) }
  })
  return { status: 207, json: { results } }
}

function list(rows: Table, call: Call): Answer {
  const after = cursorOf(call.query.get('after'))
  const sinceMs = after?.updatedAtMs ?? (Date.parse(call.query.get('modifiedSince') ?? '') || 0)
  const limit = Math.min(Number(call.query.get('limit') ?? PAGE_MAX), PAGE_MAX)
  const changed = rows
    .changedSince(sinceMs)
    .sort((a, b) => a.updatedAtMs - b.updatedAtMs || Number(a.id) - Number(b.id))
    .filter(row => !after || row.updatedAtMs > after.updatedAtMs || Number(row.id) > after.id)
  const page = changed.slice(0, limit)
  const last = page.at(-1)
  const next = changed.length > limit && last ? { after: `${last.updatedAtMs}.${last.id}` } : null
  return { status: 200, json: { results: page.map(render), paging: { next } } }
}

function cursorOf(text: string | null): { updatedAtMs: number; id: number } | undefined {
  const [updatedAtMs, id] = (text ?? '').split('.').map(Number)
  return updatedAtMs && id ? { updatedAtMs, id } : undefined
}

function readMany(rows: Table, call: Call): Answer {
  const found = (call.query.get('ids') ?? '').split(',').flatMap(id => rows.get(id) ?? [])
  return { status: 200, json: { results: found.map(render) } }
}

function one(row: Row | undefined): Answer {
  return row ? { status: 200, json: render(row) } : notFound()
}

function written(result: InsertResult | undefined, status: number): Answer {
  if (!result) return notFound()
  if (result.ok) return { status, json: render(result.row) }
  const message = `A record with this ${result.field} already exists`
  return {
    status: 409,
    json: { error: { code: 'duplicate', message, field: result.field, existingId: result.existing.id } },
  }
}

function render({ id, fields, createdAtMs, updatedAtMs }: Row): JsonObject {
  return {
    id,
    ...fields,
    createdAt: new Date(createdAtMs).toISOString(),
    updatedAt: new Date(updatedAtMs).toISOString(),
  }
}

function failure(code: string, message: string): JsonObject {
  return { error: { code, message } }
}

function notFound(): Answer {
  return { status: 404, json: failure('not_found', 'No such record') }
}

function signedWebhook(object: string, { action, row }: Change): ReturnType<Vendor['webhook']> {
  return signCrmWebhook({
    id: `evt_${randomUUID()}`,
    type: `${object}.${action}`,
    occurredAt: new Date(row.updatedAtMs).toISOString(),
    actor: row.author === 'api' ? 'api:patchbay' : 'user:sales',
    object,
    recordId: row.id,
    record: render(row),
  })
}

/** Any event or text, signed as this CRM signs; the demo's traffic makes its unknown and broken events with it. */
export function signCrmWebhook(event: JsonObject | string, secret = CRM_SECRETS.webhookSecret) {
  const body = typeof event === 'string' ? event : JSON.stringify(event)
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return {
    path: '',
    headers: { 'content-type': 'application/json', 'x-crm-timestamp': timestamp, 'x-crm-signature': signature },
    body,
  }
}
