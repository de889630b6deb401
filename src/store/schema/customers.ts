import type { Generated } from 'kysely'
import type { Entity } from '#model/entities.ts'
import type { Json, JsonObject } from '#model/json.ts'
import type { Jsonb, NullableJsonb } from './columns.ts'

/** Customers: what systems said, golden records, links, merges, reviews. */
export interface CustomersTables {
  golden_link: GoldenLinkTable
  golden_record: GoldenRecordTable
  identity_key: IdentityKeyTable
  merge_log: MergeLogTable
  remote_record: RemoteRecordTable
  resolve_work: ResolveWorkTable
  review: ReviewTable
  source_record: SourceRecordTable
  suppression: SuppressionTable
}

export interface SourceRecordTable {
  system: string
  object: string
  remote_id: string
  entity: Entity
  fields: Jsonb<JsonObject>
  vendor_form: NullableJsonb<Json>
  mapping_hash: string | null
  version: string | null
  modified_at: Date
  tombstone_at: Date | null
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

export interface ResolveWorkTable {
  system: string
  object: string
  remote_id: string
  shard: number
  since: Date
  event_id: string | null
  trace_id: string
  replay: Generated<boolean>
  priority: Generated<number>
  cause: string | null
}

export interface GoldenRecordTable {
  id: string
  entity: Entity
  version: Generated<number>
  fields: Jsonb<JsonObject>
  provenance: Jsonb<JsonObject>
  state: Generated<'active' | 'merged' | 'withdrawn' | 'erased'>
  merged_into: string | null
  steward: NullableJsonb<JsonObject>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

export interface RemoteRecordTable {
  system: string
  object: string
  remote_id: string
  golden_id: string | null
  is_primary: Generated<boolean>
  alias_of: string | null
  tombstone_at: Date | null
  sent: NullableJsonb<Json>
  sent_fields: NullableJsonb<JsonObject>
  sent_version: string | null
  sent_at: Date | null
  linked_at: Generated<Date>
  sent_from: Date | null
  sent_vendor_at: Date | null
  sent_earlier: NullableJsonb<Record<string, { v: Json; at: number; ack?: number; told?: number }[]>>
  tombstone_by: 'system' | 'hub' | null
  primary_by: 'person' | null
}

export interface IdentityKeyTable {
  entity: Entity
  kind: string
  value: string
  golden_id: string
}

export interface GoldenLinkTable {
  from_id: string
  field: string
  target: string
  to_id: string | null
}

export interface MergeLogTable {
  id: string
  winner_id: string
  loser_id: string
  cause: string
  detail: Jsonb<JsonObject>
  merged_at: Generated<Date>
  undone_at: Date | null
}

export interface ReviewTable {
  id: string
  kind: string
  entity: Entity
  left_id: string
  right_id: string
  evidence: Jsonb<JsonObject>
  state: Generated<'open' | 'merged' | 'never' | 'dismissed'>
  opened_at: Generated<Date>
  decided_at: Date | null
  decided_by: string | null
}

export interface SuppressionTable {
  hash: Buffer
  reason: string
  created_at: Generated<Date>
}
