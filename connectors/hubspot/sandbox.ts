import { textAt, textsAt, valueAt } from '#connector/reply-path.ts'
import {
  serveSandbox,
  type Sandbox,
  type SandboxAnswer,
  type SandboxCall,
  type SandboxNetwork,
  type SandboxOptions,
} from '#connector/sandbox.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { isObject, objectPath, OBJECTS, type ObjectName } from './objects.ts'
import { createAccount, type SandboxAccount } from './sandbox/account.ts'
import { associations } from './sandbox/association-calls.ts'
import { batch, failure, shown, textsOf } from './sandbox/batch.ts'
import { isProperty, isUnique } from './sandbox/properties.ts'
import type { SandboxRecord } from './sandbox/records.ts'
import { HITS_MAX, searched } from './sandbox/search.ts'

const TOKEN = 'pat-eu1-sandbox-token'
const CLIENT_SECRET = 'sandbox-client-secret'

export interface HubspotSandbox extends Sandbox {
  url: string
  network: SandboxNetwork
  account: SandboxAccount
  /** Sends webhooks there from now on; `signedUrl` is the address that HubSpot knows, where a proxy stands between. */
  listen(url: string, signedUrl?: string): void
  /** Answers the next calls in this way instead of doing them. */
  answerNext(...answers: readonly SandboxAnswer[]): void
}

/** A stand-in of HubSpot's CRM v3 and associations v4, as far as this connector and its tests use them. */
export async function startSandbox(options: SandboxOptions = {}): Promise<HubspotSandbox> {
  const account = createAccount(CLIENT_SECRET, options)
  const planned: SandboxAnswer[] = []
  const server = await serveSandbox(call => {
    if (call.path === '/oauth/v1/token') return token(call)
    if (call.headers.authorization !== `Bearer ${TOKEN}`) return failure(401, UNKNOWN_TOKEN)
    return planned.shift() ?? answer(account, call)
  })
  return {
    url: server.url,
    network: server.network,
    account,
    settings: { baseUrl: server.url, indexLagMs: 0 },
    secrets: { accessToken: [TOKEN], webhookSecret: [CLIENT_SECRET] },
    records: object => (isObject(object) ? account.records.living(object).map(flat) : []),
    listen: account.webhooks.listen,
    answerNext: (...answers) => void planned.push(...answers),
    close: server.close,
  }
}

const UNKNOWN_TOKEN = { category: 'INVALID_AUTHENTICATION', message: 'Authentication credentials not found.' }
const NOT_FOUND = { category: 'OBJECT_NOT_FOUND', message: 'resource not found' }

function flat({ id, properties }: { id: string; properties: Record<string, string> }): JsonObject {
  return { ...properties, id }
}

function token({ body }: SandboxCall): SandboxAnswer {
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'))
  const isRight = form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === 'sandbox-refresh-token'
  if (!isRight || form.get('client_secret') !== CLIENT_SECRET) {
    return { status: 400, json: { status: 'BAD_REFRESH_TOKEN', message: 'missing or unknown refresh token' } }
  }
  return {
    status: 200,
    json: { access_token: TOKEN, refresh_token: 'sandbox-refresh-token', expires_in: 1800, token_type: 'bearer' },
  }
}

function answer(account: SandboxAccount, call: SandboxCall): SandboxAnswer {
  const json = bodyOf(call)
  const linked = associations(account, call.path, json)
  if (linked !== undefined) return linked
  for (const object of OBJECTS) {
    const property = call.path.startsWith(`/crm/v3/properties/`) ? propertyOf(object, call.path) : undefined
    if (property !== undefined) return property
    const path = objectPath(object)
    if (call.path === path || call.path.startsWith(`${path}/`)) {
      return ofObject(account, object, call, call.path.slice(path.length + 1), json)
    }
  }
  return failure(404, NOT_FOUND)
}

function ofObject(
  account: SandboxAccount,
  object: ObjectName,
  { method, query }: SandboxCall,
  rest: string,
  json: Json,
): SandboxAnswer {
  if (rest === 'search') return search(account, object, json)
  if (rest === 'gdpr-delete') {
    account.archive(object, textAt(json, 'objectId') ?? '', 'api', 'privacyDeletion')
    return { status: 204 }
  }
  if (rest === 'merge') return merged(account, object, json)
  if (rest.startsWith('batch/')) return batch(account, object, rest.slice('batch/'.length), json)
  if (rest === '' && method === 'GET') return list(account, object, query)
  const known = rest === '' ? undefined : account.records.get(object, rest)
  if (rest !== '' && known === undefined) return failure(404, NOT_FOUND)
  if (method === 'GET' && known !== undefined) {
    account.watcher.shown(object, known.id)
    return { status: 200, json: shown(known, (query.get('properties') ?? '').split(',').filter(Boolean)) }
  }
  if (method === 'DELETE') {
    account.archive(object, rest, 'api')
    return { status: 204 }
  }
  const properties = textsOf(valueAt(json, 'properties'))
  const written = account.write(object, known, properties, 'api')
  if ('refused' in written) return failure(written.refused.category === 'CONFLICT' ? 409 : 400, written.refused)
  return { status: written.isNew ? 201 : 200, json: shown(written.record, Object.keys(properties)) }
}

function merged(account: SandboxAccount, object: ObjectName, json: Json): SandboxAnswer {
  const primary = account.records.get(object, textAt(json, 'primaryObjectId') ?? '')
  const other = account.records.get(object, textAt(json, 'objectIdToMerge') ?? '')
  if (primary === undefined || other === undefined) return failure(404, NOT_FOUND)
  if (primary === other)
    return failure(400, { category: 'VALIDATION_ERROR', message: 'cannot merge a record into itself' })
  account.merge(object, primary.id, other.id, 'api')
  return { status: 200, json: shown(primary, []) }
}

function search(account: SandboxAccount, object: ObjectName, json: Json): SandboxAnswer {
  const limit = Number(textAt(json, 'limit') ?? 10)
  const after = Number(textAt(json, 'after') ?? 0)
  if (after + limit > HITS_MAX)
    return failure(400, { category: 'VALIDATION_ERROR', message: 'no more than 10,000 hits' })
  const found = searched(account.records.living(object), json)
  const names = textsAt(json, 'properties')
  return { status: 200, json: { total: found.length, ...page(account, object, found, names, { after, limit }) } }
}

function list(account: SandboxAccount, object: ObjectName, query: URLSearchParams): SandboxAnswer {
  const archived = query.get('archived') === 'true'
  const found = account.records.all(object).filter(one => one.archived === archived && one.mergedInto === undefined)
  const names = (query.get('properties') ?? '').split(',').filter(Boolean)
  const place = { after: Number(query.get('after') ?? 0), limit: Number(query.get('limit') ?? 10) }
  return { status: 200, json: page(account, object, found, names, place) }
}

function page(
  { watcher }: SandboxAccount,
  object: ObjectName,
  found: readonly SandboxRecord[],
  names: readonly string[],
  { after, limit }: { after: number; limit: number },
): JsonObject {
  const end = after + limit
  const paging = end < found.length ? { paging: { next: { after: String(end), link: '?after' } } } : {}
  const records = found.slice(after, end)
  for (const { id } of records) watcher.shown(object, id)
  return { results: records.map(record => shown(record, names)), ...paging }
}

function propertyOf(object: ObjectName, path: string): SandboxAnswer | undefined {
  const [, plural = '', name = ''] = /^\/crm\/v3\/properties\/(\w+)\/(\w+)$/.exec(path) ?? []
  if (objectPath(object) !== `/crm/v3/objects/${plural}`) return undefined
  if (!isProperty(object, name)) return failure(404, NOT_FOUND)
  return { status: 200, json: { name, label: name, type: 'string', hasUniqueValue: isUnique(object, name) } }
}

function bodyOf({ body }: SandboxCall): Json {
  const text = Buffer.from(body).toString('utf8')
  return text === '' ? null : (JSON.parse(text) as Json)
}
