import type { EventKind } from '#connector/kit.ts'
import type { Json } from '#model/json.ts'

/** A request as it is stored: credentials already removed from headers and path. */
export interface RequestRow {
  id: string
  system: string
  method: string
  path: string
  headers: Record<string, string>
  contentType: string | undefined
  body: Uint8Array
  status: number
  traceId: string
  receivedAtMs: number
}

/** An event as it is stored first; its payload is the request's body unless it has bytes of its own. */
export interface EventRow {
  id: string
  requestId: string | undefined
  item: number
  system: string
  object: string
  type: string
  kind: EventKind
  origin: 'webhook' | 'poll' | 'load' | 'read' | 'import' | 'reply'
  remoteId: string | undefined
  vendorEventId: string | undefined
  version: string | undefined
  author: string | undefined
  mergedInto: string | undefined
  occurredAtMs: number | undefined
  receivedAtMs: number
  whole: boolean
  payload: Uint8Array | undefined
  contentType: string | undefined
  shard: number
  state: 'pending' | 'reading' | 'dead'
  reason: string | undefined
  detail: Json | undefined
  /** What reading the request changed, told by the connector; interpreting adds its own. */
  notes: readonly Json[]
  traceId: string
  dedupe: { key: string; expiresAtMs: number } | undefined
}

/** What is committed together: a request (none for polls and imports) and its events. */
export interface AppendUnit {
  request: RequestRow | undefined
  events: readonly EventRow[]
}
