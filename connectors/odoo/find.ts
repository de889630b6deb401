import type { Access, FindQuery } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { textAt } from '#connector/reply-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { call } from './api.ts'
import type { Domain } from './objects.ts'
import { formOf, type Settings } from './settings.ts'

type Found = { ok: true; found: readonly (readonly string[])[] } | { ok: false; outcome: Outcome }

interface Key {
  /** The field there. */
  field: string
  valueOf: (query: FindQuery) => string | undefined
}

/** Looks by our id, where it stands in a field, then by what tells customers apart; the first that finds anything decides. */
export async function find(access: Access<Settings>, object: string, queries: readonly FindQuery[]): Promise<Found> {
  const form = formOf(access.settings, object)
  const { externalIds } = access.settings
  const ours: Key[] =
    externalIds.type === 'field' ? [{ field: externalIds.name, valueOf: query => query.externalId }] : []
  const others = (form?.findBy ?? []).map(({ field, from }): Key => ({
    field,
    valueOf: query => textAt(query.content, from),
  }))
  const keys = [...ours, ...others]
  const conditions = keys.flatMap(({ field, valueOf }): Json[] => {
    const values = new Set(queries.flatMap(query => spellings(field, valueOf(query))))
    return values.size === 0 ? [] : [[field, 'in', [...values]]]
  })
  if (form === undefined || conditions.length === 0) return { ok: true, found: queries.map(() => []) }
  const domain = [...form.domain, ...anyOf(conditions)]
  const args = { domain, fields: keys.map(({ field }) => field) }
  const called = await call(access, { operation: 'find', model: form.model, method: 'search_read', args })
  if (!called.ok) return called
  const rows = (Array.isArray(called.result) ? called.result : []).filter(isJsonObject)
  return { ok: true, found: queries.map(query => matching(query, rows, keys)) }
}

/** `a or b or c` in Polish notation. */
function anyOf(conditions: readonly Json[]): Domain {
  return [...conditions.slice(1).map(() => '|'), ...conditions]
}

/** A normalised address is in lower case there; anything else may be written in either way. */
function spellings(field: string, value: string | undefined): string[] {
  if (value === undefined) return []
  return field === 'email_normalized' ? [value.toLowerCase()] : [...new Set([value, value.toUpperCase()])]
}

function matching(query: FindQuery, rows: readonly JsonObject[], keys: readonly Key[]): string[] {
  for (const { field, valueOf } of keys) {
    const wanted = valueOf(query)?.toLowerCase()
    if (wanted === undefined) continue
    const ids = rows.flatMap(row => (textAt(row, field)?.toLowerCase() === wanted ? (textAt(row, 'id') ?? []) : []))
    if (ids.length > 0) return ids
  }
  return []
}
