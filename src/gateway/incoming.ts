import type { HubConfig } from '#config/config.ts'
import type { IncomingEvent } from '#connector/kit.ts'
import type { Ids } from '#model/ids.ts'
import type { Appender, EventRow } from './append.ts'
import { eventRow } from './event-row.ts'

/** Stores events that did not come as a request: polled, imported, read back, or the reply to a write. Resolves with their ids when they are durable. */
export type AppendEvents = (
  system: string,
  origin: EventRow['origin'],
  events: readonly IncomingEvent[],
  traceId?: string,
) => Promise<string[]>

export function createIncoming(parts: {
  appender: Appender
  ids: Ids
  config: HubConfig
  nowMs: () => number
}): AppendEvents {
  const { appender, ids, config, nowMs } = parts
  return async (system, origin, events, traceId = ids.traceId()) => {
    const rows = events.map((incoming, item) =>
      eventRow(incoming, {
        id: ids.uuid(),
        requestId: undefined,
        item,
        system,
        origin,
        receivedAtMs: nowMs(),
        traceId,
        body: undefined,
        shards: config.limits.shards,
        policy: config.policy,
      }),
    )
    if (rows.length > 0) await appender.append({ request: undefined, events: rows })
    return rows.map(row => row.id)
  }
}
