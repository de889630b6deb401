import type { Generated, GeneratedAlways } from 'kysely'
import type { Json } from '#model/json.ts'
import type { Jsonb, NullableJsonb } from './columns.ts'

/** Mappings and look-up tables by revision. */
export interface MappingTables {
  lookup_table: LookupTableTable
  mapping_publication: MappingPublicationTable
  mapping_revision: MappingRevisionTable
}

export interface MappingRevisionTable {
  mapping: string
  revision: number
  source: string
  hash: string
  tables: NullableJsonb<Json>
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
  hash: string
  source: string
  created_at: Generated<Date>
}
