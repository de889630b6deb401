import type { Access } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { isJsonObject, type JsonObject } from '#model/json.ts'
import { keptCall } from './kept.ts'
import { OPTIONAL_FIELDS } from './objects.ts'
import { formOf, type Settings } from './settings.ts'
import { searchIn } from './values.ts'

type Ready = { ok: true; document: JsonObject } | { ok: false; outcome: Outcome }

/** A document as this database can take it: without fields that its version lacks, and with the ids of what searches found (what was not found is left out). */
export async function resolved(access: Access<Settings>, object: string, document: JsonObject): Promise<Ready> {
  const ready: JsonObject = { ...document }
  for (const [field, value] of Object.entries(document)) {
    if (OPTIONAL_FIELDS.has(field)) {
      const types = await fieldTypes(access, formOf(access.settings, object)?.model ?? '')
      if (!types.ok) return types
      if (!Object.hasOwn(types.types, field)) delete ready[field]
    }
    const search = searchIn(value)
    if (search === undefined) continue
    const args = { domain: [...search.domain], limit: 1 }
    const called = await keptCall(access, { operation: 'find', model: search.model, method: 'search', args })
    if (!called.ok) return called
    const id = Array.isArray(called.result) ? called.result[0] : undefined
    // What is there is not emptied for want of a match.
    if (id === undefined) delete ready[field]
    else ready[field] = id
  }
  return { ok: true, document: ready }
}

/** The fields that a model has in this database, with their types. */
export async function fieldTypes(
  access: Access<Settings>,
  model: string,
): Promise<{ ok: true; types: Readonly<Record<string, string>> } | { ok: false; outcome: Outcome }> {
  const args = { attributes: ['type'] }
  const called = await keptCall(access, { operation: 'find', model, method: 'fields_get', args })
  if (!called.ok) return called
  const fields = isJsonObject(called.result) ? Object.entries(called.result) : []
  const typed = fields.map(([name, field]): [string, string] => {
    const type = isJsonObject(field) ? field['type'] : undefined
    return [name, typeof type === 'string' ? type : '']
  })
  return { ok: true, types: Object.fromEntries(typed) }
}
