import { sql } from 'kysely'
import { MASTERED } from '#model/entities.ts'
import type { Entity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'
import type { Db } from '#store/database.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** A search by name reads the table; it gives up rather than slow the stages down. */
const NAME_SEARCH_MS_MAX = 5_000
/** Members of a person's or an account's fields that are names, numbers or titles that people search for. */
const NAME_FIELDS = ['name', 'legalName', 'fullName', 'givenName', 'familyName', 'subject', 'title', 'number'] as const
/** Every kind of strong key there is, so that the look-up goes by the primary key. */
const KEY_KINDS = MASTERED.flatMap(entity =>
  [...new Set(entityModel(entity).keyFields.map(field => field.key ?? ''))].map(kind => ({ entity, kind })),
)

export interface SearchBounds {
  entity: Entity | undefined
  /** Only ids below this, for the next page. */
  before: string | undefined
  limit: number
}

/**
 * Golden ids that match a text, newest first: a golden id, a strong key (mail, phone, tax id ...), a remote id, or else
 * a part of a name. Exact ways are indexed and go first; only when none matches is the name searched.
 */
export async function findGoldenIds(db: Db, text: string, bounds: SearchBounds): Promise<string[]> {
  const q = text.trim()
  if (UUID.test(q)) return [q.toLowerCase()]
  const exact = await findByKeys(db, q)
  return exact.length > 0 ? exact : findByName(db, q, bounds)
}

async function findByKeys(db: Db, q: string): Promise<string[]> {
  const digits = q.replace(/[\s().-]/g, '')
  const values = [...new Set([q, q.toLowerCase(), q.toUpperCase(), digits, `+${digits}`, `+86${digits}`])]
  const kinds = KEY_KINDS.map(({ entity, kind }) => sql`(${entity}, ${kind})`)
  const keys = await sql<{ golden_id: string }>`
    select golden_id from identity_key where (entity, kind, value) in (
      select entity, kind, value from (values ${sql.join(kinds)}) as known (entity, kind), unnest(${values}::text[]) as value)
    union
    select golden_id from remote_record where remote_id = ${q} and golden_id is not null
  `.execute(db)
  return keys.rows.map(row => row.golden_id)
}

async function findByName(db: Db, q: string, { entity, before, limit }: SearchBounds): Promise<string[]> {
  const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`
  const names = sql.join(NAME_FIELDS.map(name => sql`fields->>${sql.lit(name)}`))
  return await db.transaction().execute(async tx => {
    await sql`set local statement_timeout = ${sql.lit(NAME_SEARCH_MS_MAX)}`.execute(tx)
    const found = await sql<{ id: string }>`
      select id from golden_record
      where (concat_ws(' ', ${names}) ilike ${pattern}
             or concat(fields->>'familyName', fields->>'givenName') ilike ${pattern})
        and (${entity ?? null}::text is null or entity = ${entity ?? null})
        and (${before ?? null}::uuid is null or id < ${before ?? null}::uuid)
      order by id desc limit ${limit}
    `.execute(tx)
    return found.rows.map(row => row.id)
  })
}
