import type { Generated } from 'kysely'
import type { Json } from '#model/json.ts'
import type { Jsonb, NullableJsonb } from './columns.ts'

/** What came in: requests and events. */
export interface ReceivingTables {
  event: EventTable
  event_dedupe: EventDedupeTable
  refused_request: RefusedRequestTable
  request: RequestTable
  source_activity: SourceActivityTable
}

export interface RequestTable {
  id: string
  system: string
  method: string
  path: string
  headers: Jsonb<Record<string, string>>
  content_type: string | null
  body: Buffer
  status: number
  trace_id: string
  received_at: Date
}

export interface RefusedRequestTable {
  id: string
  system: string
  code: string
  method: string
  path: string
  body_bytes: number
  sealed: Buffer
  key_id: string
  trace_id: string
  received_at: Date
}

export type EventKind = 'snapshot' | 'fact' | 'delete' | 'restore' | 'merge' | 'reply' | 'unknown'
export type EventOrigin = 'webhook' | 'poll' | 'load' | 'read' | 'import' | 'reply'
export type EventState = 'pending' | 'reading' | 'processed' | 'ignored' | 'dead'

export interface EventTable {
  id: string
  request_id: string | null
  item: Generated<number>
  system: string
  object: string
  type: string
  kind: EventKind
  origin: EventOrigin
  remote_id: string | null
  vendor_event_id: string | null
  version: string | null
  author: string | null
  merged_into: string | null
  occurred_at: Date | null
  received_at: Date
  whole: boolean
  /** null: the body of the request. */
  payload: Buffer | null
  content_type: string | null
  shard: number
  state: EventState
  reason: string | null
  detail: NullableJsonb<Json>
  notes: NullableJsonb<Json>
  run: Generated<number>
  attempts: Generated<number>
  due_at: Date | null
  settled_at: Date | null
  trace_id: string
  mapping_revision: number | null
}

export interface EventDedupeTable {
  key: string
  event_id: string
  expires_at: Date
}

export interface SourceActivityTable {
  system: string
  hour: Date
  slots: number
  last_at: Date
}
