import { chunks } from '#connector/batch.ts'
import type { Access, FindQuery } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { textAt } from '#connector/reply-path.ts'
import type { JsonObject } from '#model/json.ts'
import { query } from './query.ts'
import { longId } from './record-id.ts'
import { formOf, type Settings } from './settings.ts'
import { quotedList } from './soql.ts'

type Found = { ok: true; found: readonly (readonly string[])[] } | { ok: false; outcome: Outcome }

/** Queries in one call: an address may have 16,384 characters. */
const QUERIES_MAX = 60

/** Looks for records by external id, then by the object's other fields; the first that finds anything decides. */
export async function find(access: Access<Settings>, object: string, queries: readonly FindQuery[]): Promise<Found> {
  const found: (readonly string[])[] = []
  for (const some of chunks(queries, QUERIES_MAX)) {
    const part = await findSome(access, object, some)
    if (!part.ok) return part
    found.push(...part.found)
  }
  return { ok: true, found }
}

async function findSome(access: Access<Settings>, object: string, queries: readonly FindQuery[]): Promise<Found> {
  const { externalIdField, findBy, findWhere } = formOf(access.settings, object)
  const fields = [externalIdField, ...findBy]
  const conditions = fields.flatMap(field => {
    const values = [...new Set(queries.flatMap(one => valueOf(one, field, externalIdField) ?? []))]
    return values.length === 0 ? [] : [`${field} IN ${quotedList(values)}`]
  })
  const where = `(${conditions.join(' OR ')})${findWhere === undefined ? '' : ` AND ${findWhere}`}`
  const result = await query(access, 'query', `SELECT Id, ${fields.join(', ')} FROM ${object} WHERE ${where}`, 'find')
  if (!result.ok) return result
  return { ok: true, found: queries.map(one => matching(one, result.rows, fields, externalIdField)) }
}

function matching(one: FindQuery, rows: readonly JsonObject[], fields: readonly string[], externalIdField: string) {
  for (const field of fields) {
    const wanted = valueOf(one, field, externalIdField)?.toLowerCase()
    if (wanted === undefined) continue
    const ids = rows.flatMap(row => (textAt(row, field)?.toLowerCase() === wanted ? (textAt(row, 'Id') ?? []) : []))
    if (ids.length > 0) return ids.map(longId)
  }
  return []
}

function valueOf({ externalId, content }: FindQuery, field: string, externalIdField: string): string | undefined {
  if (field === externalIdField) return externalId
  return textAt(content, field)
}
