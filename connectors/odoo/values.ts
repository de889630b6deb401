import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'

/** What a document may write for a related record that it knows by something else than its id: the search that finds it. */
export interface Search {
  model: string
  domain: readonly Json[]
}

/** `{"$search": {"model": "res.country", "domain": [["code", "=", "DE"]]}}` */
export function searchIn(value: Json): Search | undefined {
  const search = isJsonObject(value) ? value['$search'] : undefined
  if (!isJsonObject(search)) return undefined
  const { model, domain } = search
  return typeof model === 'string' && Array.isArray(domain) ? { model, domain } : undefined
}

/** Values as `create` and `write` take them: Odoo's word for empty is false. */
export function valuesOf(document: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(document).map(([field, value]) => [field, value ?? false]))
}

/** Commands on lists of records cannot be loaded; they are written after the record is there. */
export function isCommand(value: Json): boolean {
  return Array.isArray(value)
}

/** The column of a field in `load`: a related record is given by its id in the database. */
export function columnOf(field: string, value: Json): string {
  return field.endsWith('_id') && typeof value === 'number' ? `${field}/.id` : field
}

/** A value as text, as it would stand in an imported file. */
export function cellOf(value: Json): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
