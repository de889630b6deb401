import type { Generated, GeneratedAlways } from 'kysely'
import type { Entity } from '#model/entities.ts'
import type { Json, JsonObject } from '#model/json.ts'
import type { GeneratedList, Jsonb, NullableJsonb } from './columns.ts'

/** What goes out: work to plan, deliveries, the brake, attempts. */
export interface DeliveringTables {
  attempt: AttemptTable
  attempt_activity: AttemptActivityTable
  backfill: BackfillTable
  brake: BrakeTable
  brake_count: BrakeCountTable
  delivery: DeliveryTable
  delivery_wait: DeliveryWaitTable
  plan_work: PlanWorkTable
  standing_change: StandingChangeTable
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
  in_flight_fields: NullableJsonb<{ at: number; to?: string; not?: string[]; removes?: true; fields: JsonObject }[]>
  leased_at: Date | null
  cause: string | null
  counted_cause: string | null
  counted_at: Date | null
  flips: NullableJsonb<JsonObject>
  mapping_revision: number | null
  asks: string[] | null
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

export interface AttemptActivityTable {
  system: string
  slot: Date
  outcome: string
  attempts: number
}
