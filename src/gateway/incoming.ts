import type { HubConfig } from '#config/config.ts'
import type { IncomingEvent } from '#connector/kit.ts'
import type { Ids } from '#model/ids.ts'
import type { Appender } from './append/append.ts'
import type { EventRow } from './append/rows.ts'
import { eventRow } from './append/event-row.ts'

/** Stores events that did not come as a request, such as polled or imported ones. Resolves with their ids when they are durable. */
export type AppendEvents = (
  system: string,
  origin: EventRow['origin'],
  events: readonly IncomingEvent[],
  traceId?: string,
) => Promise<string[]>

export interface IncomingParts {
  ids: Ids
  config: Pick<HubConfig, 'limits' | 'policy'>
  nowMs: () => number
}

export function createIncoming(parts: IncomingParts & { appender: Appender }): AppendEvents {
  return async (system, origin, events, traceId = parts.ids.traceId()) => {
    const rows = incomingRows(parts, { system, origin, traceId }, events)
    if (rows.length > 0) await parts.appender.append({ request: undefined, events: rows })
    return rows.map(row => row.id)
  }
}

/** The stored form of events that did not come as a request. */
export function incomingRows(
  { ids, config, nowMs }: IncomingParts,
  from: { system: string; origin: EventRow['origin']; traceId: string },
  events: readonly IncomingEvent[],
): EventRow[] {
  return events.map((incoming, item) =>
    eventRow(incoming, {
      ...from,
      id: ids.uuid(),
      requestId: undefined,
      item,
      receivedAtMs: nowMs(),
      body: undefined,
      shards: config.limits.shards,
      policy: config.policy,
    }),
  )
}
