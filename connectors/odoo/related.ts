import type { Access } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { textAt } from '#connector/reply-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { call } from './api.ts'
import type { ObjectForm } from './objects.ts'
import type { Settings } from './settings.ts'

type Rows = { ok: true; rows: JsonObject[] } | { ok: false; outcome: Outcome }

/**
 * Records with what mappings need of their related ones, below `related`: a code of the country, the lines of an order.
 * Odoo itself gives only ids and names. One call per model for all records.
 */
export async function withRelated(access: Access<Settings>, form: ObjectForm, records: JsonObject[]): Promise<Rows> {
  const rows = records.map((record): { record: JsonObject; related: JsonObject } => ({ record, related: {} }))
  for (const { field, model, fields } of form.related) {
    const ids = [...new Set(records.flatMap(record => idsIn(record[field])))]
    if (ids.length === 0) continue
    const args = { domain: [['id', 'in', ids]], fields: [...fields] }
    const called = await call(access, { operation: 'list', model, method: 'search_read', args })
    if (!called.ok) return called
    const found = (Array.isArray(called.result) ? called.result : []).filter(isJsonObject)
    const byId = new Map(found.map(one => [textAt(one, 'id'), one]))
    for (const { record, related } of rows) {
      const own = idsIn(record[field]).flatMap(id => byId.get(String(id)) ?? [])
      const isList = field.endsWith('_ids') || field === 'order_line'
      if (isList) related[field] = own
      else if (own[0] !== undefined) related[field] = own[0]
    }
  }
  return { ok: true, rows: rows.map(({ record, related }) => ({ ...record, related })) }
}

/** `[12, "Acme"]` is one related record, `[41, 42]` are several, false is none. */
function idsIn(value: Json | undefined): number[] {
  if (!Array.isArray(value)) return []
  return typeof value[1] === 'string' ? value.slice(0, 1).filter(isNumber) : value.filter(isNumber)
}

const isNumber = (value: Json): value is number => typeof value === 'number'
