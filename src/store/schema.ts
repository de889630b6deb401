import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { Entity } from '#model/entities.ts'
import type { Json, JsonObject } from '#model/json.ts'

// The tables of migrations/*.sql as kysely sees them; a test compares the two. Times are `Date`, ids are uuid strings.

/** A jsonb column: read as a value, written as JSON text (pg would send an array as a PostgreSQL array). */
export type Jsonb<T> = ColumnType<T, string, string>
type NullableJsonb<T> = ColumnType<T | null, string | null | undefined, string | null>
type GeneratedJsonb<T> = ColumnType<T, string | undefined, string>
/** A uuid[] or text[] column with a default. */
type GeneratedList = ColumnType<string[], string[] | undefined, string[]>

export interface Schema {
  alert: AlertTable
  alert_channel: AlertChannelTable
  alert_notice: AlertNoticeTable
  alert_silence: AlertSilenceTable
  alert_watch: AlertWatchTable
  api_token: ApiTokenTable
  attempt: AttemptTable
  attempt_activity: AttemptActivityTable
  audit: AuditTable
  backfill: BackfillTable
  brake: BrakeTable
  brake_count: BrakeCountTable
  config_part: ConfigPartTable
  config_revision: ConfigRevisionTable
  delivery: DeliveryTable
  delivery_wait: DeliveryWaitTable
  event: EventTable
  event_dedupe: EventDedupeTable
  golden_link: GoldenLinkTable
  golden_record: GoldenRecordTable
  identity_key: IdentityKeyTable
  lookup_table: LookupTableTable
  mapping_publication: MappingPublicationTable
  mapping_revision: MappingRevisionTable
  match_count: MatchCountTable
  match_decision: MatchDecisionTable
  match_key: MatchKeyTable
  match_record: MatchRecordTable
  matching_model: MatchingModelTable
  merge_log: MergeLogTable
  plan_work: PlanWorkTable
  policy_revision: PolicyRevisionTable
  process: ProcessTable
  quality_snapshot: QualitySnapshotTable
  process_health: ProcessHealthTable
  refused_request: RefusedRequestTable
  remote_record: RemoteRecordTable
  request: RequestTable
  resolve_work: ResolveWorkTable
  review: ReviewTable
  schema_info: SchemaInfoTable
  schema_migration: SchemaMigrationTable
  source_activity: SourceActivityTable
  source_record: SourceRecordTable
  standing_change: StandingChangeTable
  suppression: SuppressionTable
  system: SystemTable
  system_object: SystemObjectTable
  system_token: SystemTokenTable
}

export interface SchemaMigrationTable {
  version: number
  name: string
  hash: string
  applied_at: Generated<Date>
}

export interface SchemaInfoTable {
  build: string
  created_at: Generated<Date>
}

export interface ConfigRevisionTable {
  number: GeneratedAlways<number>
  hash: string
  content: Jsonb<JsonObject>
  applied_by: string
  applied_at: Generated<Date>
}

export interface ProcessTable {
  id: string
  roles: string[]
  host: string
  pid: number
  config_revision: number | null
  publication: number | null
  started_at: Generated<Date>
  heartbeat_at: Generated<Date>
}

export interface SystemTable {
  name: string
  connector: string
  team: string | null
  state: Generated<'active' | 'paused' | 'disconnected'>
  reason: string | null
  changed_by: string | null
  changed_at: Generated<Date>
  breaker: GeneratedJsonb<JsonObject>
  calls_day: ColumnType<Date | null, string | Date | null | undefined, string | Date | null>
  calls_today: Generated<number>
}

export interface SystemObjectTable {
  system: string
  object: string
  link_state: Generated<'new' | 'loading' | 'review' | 'live'>
  cursor: NullableJsonb<Json>
  polled_at: Date | null
  poll_due_at: Date | null
  poll_failures: Generated<number>
  poll_error: string | null
  lease_until: Date | null
  load_group: string | null
  loaded: Generated<number>
  load_started_at: Date | null
  load_ended_at: Date | null
  linked_at: Date | null
  linked_by: string | null
  compare_due_at: Date | null
  compared_at: Date | null
  compare_error: string | null
  compare_held: NullableJsonb<JsonObject>
}

export interface SystemTokenTable {
  system: string
  name: string
  sealed: Buffer
  key_id: string
  expires_at: Date | null
  updated_at: Generated<Date>
}

export interface MappingRevisionTable {
  mapping: string
  revision: number
  source: string
  hash: string
  origin: 'file' | 'admin'
  state: 'draft' | 'published' | 'retired'
  cases: NullableJsonb<Json>
  note: string | null
  created_by: string
  created_at: Generated<Date>
  changed_at: Generated<Date>
  published_at: Date | null
}

export interface MappingPublicationTable {
  number: GeneratedAlways<number>
  kind: 'files' | 'publish' | 'rollback' | 'weights'
  changes: Jsonb<Json>
  note: string | null
  by: string
  at: Generated<Date>
  model: number | null
}

export interface LookupTableTable {
  name: string
  key: string
  value: Jsonb<Json>
  updated_at: Generated<Date>
}

export interface ApiTokenTable {
  id: string
  name: string
  hash: Buffer
  scopes: string[]
  created_at: Generated<Date>
  expires_at: Date | null
  last_used_at: Date | null
  revoked_at: Date | null
}

export interface AuditTable {
  id: string
  at: Generated<Date>
  actor: string
  action: string
  target: string
  detail: GeneratedJsonb<JsonObject>
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

export interface MatchRecordTable {
  id: GeneratedAlways<string>
  system: string
  object: string
  remote_id: string
  entity: Entity
  features: Jsonb<JsonObject>
  keys: string[]
  stored_at: Generated<Date>
  looked_at: Date | null
}

export interface MatchKeyTable {
  key: string
  record_id: string
}

export interface MatchCountTable {
  value: string
  n: number
}

export interface MatchingModelTable {
  number: GeneratedAlways<number>
  rates: Jsonb<JsonObject>
  pairs: number
  trained_by: string
  trained_at: Generated<Date>
}

export interface PolicyRevisionTable {
  number: GeneratedAlways<number>
  content: Jsonb<JsonObject>
  applied_by: string
  applied_at: Generated<Date>
}

export interface QualitySnapshotTable {
  day: Date
  system: string
  object: string
  entity: string
  field: string
  records: number
  stated: number
  judged: number
  valid: number
  compared: number
  conflicting: number
  age_days: number
}

export interface MatchDecisionTable {
  id: string
  system: string
  object: string
  remote_id: string
  golden_id: string
  verdict: 'linked' | 'review'
  bits: number
  model: string
  evidence: Jsonb<JsonObject>
  decided_at: Generated<Date>
}

export interface PlanWorkTable {
  golden_id: string
  shard: number
  since: Date
  cause: string
  event_id: string | null
  trace_id: string
  /** 0 live, 1 backfill. */
  priority: Generated<number>
}

export interface ConfigPartTable {
  name: string
  hash: string
}

export interface BackfillTable {
  id: string
  kind: 'plan' | 'compute' | 'map'
  entity: string
  cause: string
  revision: number
  position: string | null
  done: Generated<number>
  started_at: Generated<Date>
  ended_at: Date | null
  publication: Generated<number>
}

export interface BrakeTable {
  id: string
  system: string
  object: string
  cause: string
  state: Generated<'on' | 'released' | 'discarded'>
  changed: number
  limited_to: number
  tripped_at: Generated<Date>
  ended_at: Date | null
  ended_by: string | null
}

export interface BrakeCountTable {
  system: string
  object: string
  cause: string
  minute: Date
  shard: number
  n: number
}

export type DeliveryAction = 'upsert' | 'freeze' | 'archive' | 'delete'
export type DeliveryState =
  'pending' | 'waiting' | 'retrying' | 'submitted' | 'unknown' | 'held' | 'frozen' | 'synced' | 'absent' | 'dead'

export interface DeliveryTable {
  system: string
  object: string
  golden_id: string
  route: string
  entity: Entity
  shard: number
  action: Generated<DeliveryAction>
  state: DeliveryState
  reason: string | null
  detail: NullableJsonb<Json>
  /** 0 live, 1 backfill. */
  priority: Generated<number>
  wanted_version: number
  sent_version: number | null
  remote_id: string | null
  due_at: Date | null
  lease_until: Date | null
  lease_by: string | null
  in_flight: NullableJsonb<Json>
  failures: Generated<number>
  failing_since: Date | null
  job: NullableJsonb<Json>
  attempt_ids: GeneratedList
  event_id: string | null
  trace_id: string
  planned_at: Generated<Date>
  settled_at: Date | null
  in_flight_fields: NullableJsonb<{ at: number; to?: string; fields: JsonObject }[]>
  leased_at: Date | null
  cause: string | null
  counted_cause: string | null
  counted_at: Date | null
  flips: NullableJsonb<JsonObject>
  mapping_revision: number | null
}

export interface StandingChangeTable {
  id: GeneratedAlways<number>
  system: string
  golden_id: string
  record: boolean
}

export interface DeliveryWaitTable {
  system: string
  object: string
  golden_id: string
  parent_id: string
}

export interface AttemptTable {
  id: string
  system: string
  object: string | null
  operation: string
  outcome: string
  status: number | null
  deliveries: number
  started_at: Date
  duration_ms: number
  exchanges: Jsonb<Json>
  trace_id: string
}

export interface SuppressionTable {
  hash: Buffer
  reason: string
  created_at: Generated<Date>
}

export type AlertState = 'firing' | 'acknowledged' | 'resolved'

export interface AlertTable {
  id: string
  name: string
  severity: 'page' | 'ticket'
  system: string | null
  object: string | null
  team: string | null
  state: AlertState
  value: number
  customers: number | null
  detail: Jsonb<JsonObject>
  since: Date
  raised_at: Date
  seen_at: Date
  acknowledged_at: Date | null
  acknowledged_by: string | null
  resolved_at: Date | null
  told_at: Date | null
  told_to: GeneratedList
  escalations: Generated<number>
  ack_told: Generated<boolean>
  end_told: Generated<boolean>
}

export interface AlertNoticeTable {
  id: string
  kind: 'firing' | 'escalated' | 'acknowledged' | 'resolved'
  team: string
  channels: string[]
  alerts: string[]
  state: 'waiting' | 'sent' | 'failed'
  channel: string | null
  tries: Generated<number>
  error: string | null
  due_at: Date
  made_at: Date
  sent_at: Date | null
}

export interface AlertSilenceTable {
  id: string
  name: string | null
  system: string | null
  object: string | null
  team: string | null
  ends_at: Date
  why: string
  made_by: string
  made_at: Date
}

export interface AlertChannelTable {
  name: string
  failing_since: Date
  failures: number
  error: string
  quiet_until: Date | null
}

export interface AlertWatchTable {
  id: Generated<boolean>
  lease_by: string | null
  lease_until: Date | null
  counted_to: Date | null
  looked_at: Date | null
  watched_since: Date | null
}

export interface ProcessHealthTable {
  process: string
  host: string
  at: Date
  report: Jsonb<JsonObject>
}

export interface SourceActivityTable {
  system: string
  hour: Date
  slots: number
  last_at: Date
}

export interface AttemptActivityTable {
  system: string
  slot: Date
  outcome: string
  attempts: number
}
