import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'

/**
 * The text of a form. Members of members are fields of their own (`address[city]`, `tags[0]`) where the vendor takes them
 * nested, else JSON in their field. null is an empty field, which is how forms clear a value.
 */
export function formText(body: JsonObject, isNested: boolean): string {
  const pairs = Object.entries(body).flatMap(([name, value]) => fields(name, value, isNested))
  return new URLSearchParams(pairs).toString()
}

function fields(name: string, value: Json, isNested: boolean): [string, string][] {
  if (value === null) return [[name, '']]
  if (typeof value === 'string') return [[name, value]]
  if (!isNested || (!isJsonObject(value) && !Array.isArray(value))) return [[name, JSON.stringify(value)]]
  return Object.entries(value).flatMap(([key, member]) => fields(`${name}[${key}]`, member, isNested))
}
