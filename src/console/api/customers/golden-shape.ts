import type { Selectable } from 'kysely'
import type { GoldenRecordTable } from '#store/schema/customers.ts'
import type { components } from '../../api.gen.ts'

/** A golden record as the API shows it. */
export function goldenShape(row: Selectable<GoldenRecordTable>): components['schemas']['GoldenRecord'] {
  return {
    id: row.id,
    entity: row.entity,
    version: row.version,
    state: row.state,
    mergedInto: row.merged_into,
    fields: row.fields,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
