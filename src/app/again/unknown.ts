import { sql } from 'kysely'
import type { HubParts } from '../hub.ts'
import type { RawRequest } from '#connector/kit.ts'
import { eventRow } from '#gateway/append/event-row.ts'

/**
 * Events of a type that was unknown, or of a body that could not be read, are split again from their request before a
 * replay: the settings may know the type by now. Those that still mean nothing stay as they are.
 */
export async function rereadUnknown(parts: HubParts, ids: readonly string[]): Promise<void> {
  const rows = await parts.database.kysely
    .selectFrom('event')
    .innerJoin('request', 'request.id', 'event.request_id')
    .select([
      'event.id',
      'event.item',
      'event.system',
      'event.received_at',
      'event.trace_id',
      'request.method',
      'request.path',
      'request.headers',
      'request.body',
    ])
    .where('event.id', 'in', [...ids])
    .where('event.kind', '=', 'unknown')
    .execute()
  for (const row of rows) {
    const system = parts.systems.get(row.system)
    const webhook = system?.connector.webhook
    if (!system || !webhook) continue
    const receivedAtMs = row.received_at.getTime()
    const { settings, secrets } = system.config
    const split = await webhook.split(storedRequest(row), { settings, secrets }, receivedAtMs)
    const incoming = split.ok ? split.events[row.item] : undefined
    if (!incoming || incoming.kind === 'unknown') continue
    const event = eventRow(incoming, {
      id: row.id,
      requestId: undefined,
      item: row.item,
      system: row.system,
      origin: 'webhook',
      receivedAtMs,
      traceId: row.trace_id,
      body: row.body,
      shards: parts.config.limits.shards,
      policy: parts.config.policy,
    })
    await sql`
      update event set object = ${event.object}, type = ${event.type}, kind = ${event.kind}, remote_id = ${event.remoteId ?? null},
        vendor_event_id = ${event.vendorEventId ?? null}, version = ${event.version ?? null}, author = ${event.author ?? null},
        merged_into = ${event.mergedInto ?? null}, whole = ${event.whole}, shard = ${event.shard},
        occurred_at = ${event.occurredAtMs === undefined ? null : new Date(event.occurredAtMs)},
        payload = ${event.payload === undefined ? null : Buffer.from(event.payload)}, content_type = ${event.contentType ?? null}
      where id = ${row.id}`.execute(parts.database.kysely)
  }
}

/** A request as it was stored: without its credentials, which splitting does not need. */
function storedRequest(row: {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer
}): RawRequest {
  const mark = row.path.indexOf('?')
  return {
    method: row.method,
    path: mark < 0 ? row.path : row.path.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : row.path.slice(mark + 1)),
    headers: row.headers,
    body: row.body,
    publicUrl: '',
    remoteAddress: '',
  }
}
