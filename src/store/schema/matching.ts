import type { Generated, GeneratedAlways } from 'kysely'
import type { Entity } from '#model/entities.ts'
import type { JsonObject } from '#model/json.ts'
import type { Jsonb } from './columns.ts'

/** What weak evidence is found and weighed by. */
export interface MatchingTables {
  match_count: MatchCountTable
  match_decision: MatchDecisionTable
  match_key: MatchKeyTable
  match_record: MatchRecordTable
  matching_model: MatchingModelTable
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
