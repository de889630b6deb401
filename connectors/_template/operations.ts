import type { HttpFailure, HttpReply } from '#connector/network/http.ts'
import type { Access, PullPart, PushItem, PushPart, RemoteState } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { retryAfterMs } from '#connector/retry-after.ts'
import { asText, asTimeMs } from '#connector/value-path.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import type { Settings } from './settings.ts'

/** Writes by the vendor's external id, so that a repeated create makes no second contact. */
export const push: PushPart<Settings> = {
  batchMax: () => 1,
  upsert: (access, _, items) => Promise.all(items.map(item => upsert(access, item))),
  delete: (access, _, items) => Promise.all(items.map(item => remove(access, item))),
}

/** Reads back and finds what webhooks missed, oldest change first. */
export const pull: PullPart<Settings> = {
  async changes(access, _, cursor) {
    const query = typeof cursor === 'string' ? { updated_since: cursor } : {}
    const reply = await call(access, 'GET', '/contacts', { query })
    if (!reply.ok || reply.status !== 200) return { ok: false, outcome: outcomeOf(access, reply) }
    const page = isJsonObject(reply.json) ? reply.json : {}
    const records = Array.isArray(page['contacts']) ? page['contacts'].flatMap(stateOf) : []
    return { ok: true, records, cursor: page['next'] ?? cursor ?? null, more: page['more'] === true }
  },
  async read(access, _, remoteIds) {
    const records: RemoteState[] = []
    for (const id of remoteIds) {
      const reply = await call(access, 'GET', `/contacts/${encodeURIComponent(id)}`)
      if (reply.ok && reply.status === 404) continue
      if (!reply.ok || reply.status !== 200) return { ok: false, outcome: outcomeOf(access, reply) }
      records.push(...stateOf(reply.json))
    }
    return { ok: true, records }
  },
  readMax: () => 20,
}

export async function check(access: Access<Settings>) {
  const reply = await call(access, 'GET', '/me')
  if (reply.ok && reply.status === 200) return { ok: true as const }
  const why = reply.ok ? `it answered ${reply.status}` : reply.message
  return { ok: false as const, message: `the API token could not be proved: ${why}` }
}

async function upsert(access: Access<Settings>, item: PushItem): Promise<Outcome> {
  const json = { ...item.content, external_id: item.externalId }
  const reply = await call(access, 'PUT', `/contacts/by-external-id/${encodeURIComponent(item.externalId)}`, { json })
  if (!reply.ok || reply.status >= 300) return outcomeOf(access, reply)
  const [record] = stateOf(reply.json)
  if (record === undefined) return { kind: 'unknown', reason: 'the reply holds no contact' }
  return { kind: 'delivered', remoteId: record.remoteId, state: record.state }
}

async function remove(access: Access<Settings>, item: PushItem): Promise<Outcome> {
  if (item.remoteId === undefined) return { kind: 'gone' }
  const reply = await call(access, 'DELETE', `/contacts/${encodeURIComponent(item.remoteId)}`)
  if (!reply.ok || reply.status >= 300) return outcomeOf(access, reply)
  return { kind: 'delivered', remoteId: item.remoteId }
}

function call(
  access: Access<Settings>,
  method: string,
  path: string,
  more: { json?: Json; query?: Record<string, string> } = {},
) {
  const headers = { authorization: `Bearer ${access.secrets['apiToken']?.[0] ?? ''}` }
  return access.http.request({ method, url: `${access.settings.baseUrl}${path}`, headers, ...more })
}

/** Classifies what is no success; the hub decides what to do about it. */
function outcomeOf(access: Access<Settings>, reply: HttpReply | HttpFailure): Outcome {
  if (!reply.ok) {
    const reason = `${reply.kind}: ${reply.message}`
    // A repeat is safe here, because every write goes by external id.
    return reply.kind === 'address_refused' ? { kind: 'disconnected', reason } : { kind: 'retry', reason }
  }
  const reason = `${reply.status}: ${reply.text.slice(0, 200)}`
  if (reply.status === 401 || reply.status === 403) return { kind: 'disconnected', reason }
  if (reply.status === 404) return { kind: 'gone' }
  if (reply.status === 429 || reply.status >= 500) {
    const notBeforeMs = retryAfterMs(reply.headers['retry-after'], access.nowMs())
    const throttled = reply.status === 429
    return { kind: 'retry', reason, throttled, ...(notBeforeMs === undefined ? {} : { notBeforeMs }) }
  }
  return { kind: 'rejected', reason }
}

function stateOf(value: Json | undefined): RemoteState[] {
  const remoteId = isJsonObject(value) ? asText(value['id']) : undefined
  if (!isJsonObject(value) || remoteId === undefined) return []
  const modifiedAtMs = asTimeMs(value['updated_at'])
  return [{ remoteId, state: value, ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }) }]
}
