import type { JsonObject } from '#model/json.ts'
import type { Db } from '#store/database.ts'

/** Notes who did what. Details hold ids, counts and hashes, never values of customers. Returns the id of the row. */
export async function audit(
  db: Db,
  row: { id: string; actor: string; action: string; target: string; detail?: JsonObject },
): Promise<string> {
  await db
    .insertInto('audit')
    .values({
      id: row.id,
      actor: row.actor,
      action: row.action,
      target: row.target,
      detail: JSON.stringify(row.detail ?? {}),
    })
    .execute()
  return row.id
}
