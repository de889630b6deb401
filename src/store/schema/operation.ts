import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { Json, JsonObject } from '#model/json.ts'
import type { GeneratedJsonb, Jsonb, NullableJsonb } from './columns.ts'

/** Running the hub: migrations, configuration, systems, tokens, processes. */
export interface OperationTables {
  api_token: ApiTokenTable
  audit: AuditTable
  config_part: ConfigPartTable
  config_revision: ConfigRevisionTable
  policy_revision: PolicyRevisionTable
  process: ProcessTable
  process_health: ProcessHealthTable
  quality_snapshot: QualitySnapshotTable
  schema_info: SchemaInfoTable
  schema_migration: SchemaMigrationTable
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

export interface ConfigPartTable {
  name: string
  hash: string
}

export interface ProcessHealthTable {
  process: string
  host: string
  at: Date
  report: Jsonb<JsonObject>
}
