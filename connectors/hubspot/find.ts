import { chunks } from '#connector/batch.ts'
import type { Access, FindQuery } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { listAt, textAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import { post, type Called } from './api.ts'
import { BATCH_MAX, isObject, objectPath, type ObjectName } from './objects.ts'
import type { Settings } from './settings.ts'

export function canFind(object: string, { idProperty, findBy }: Settings): boolean {
  return isObject(object) && (idProperty !== null || (findBy[object] ?? []).length > 0)
}

type Found = { ok: true; found: readonly (readonly string[])[] } | { ok: false; outcome: Outcome }

interface Key {
  property: string
  valueOf: (query: FindQuery) => string | undefined
  /** HubSpot reads by such a property at once; others are searched, and the search lags behind writes. */
  isUnique: boolean
}

/** Looks by the hub's own id first, then by the properties of the settings; the first that finds anything decides. */
export async function find(access: Access<Settings>, object: string, queries: readonly FindQuery[]): Promise<Found> {
  const found: (readonly string[])[] = queries.map(() => [])
  if (!isObject(object)) return { ok: true, found }
  for (const key of keysOf(access.settings, object)) {
    const open = queries.flatMap((query, index) => {
      const value = found[index]?.length === 0 ? key.valueOf(query)?.toLowerCase() : undefined
      return value === undefined ? [] : [{ index, value }]
    })
    for (const part of chunks(open, BATCH_MAX)) {
      const values = [...new Set(part.map(({ value }) => value))]
      const looked = await idsByValue(access, object, key, values)
      if (!looked.ok) return looked
      for (const { index, value } of part) found[index] = looked.ids.get(value) ?? []
    }
  }
  return { ok: true, found }
}

function keysOf({ idProperty, findBy }: Settings, object: ObjectName): Key[] {
  const own: Key[] =
    idProperty === null ? [] : [{ property: idProperty, valueOf: query => query.externalId, isUnique: true }]
  const others = (findBy[object] ?? []).map((property): Key => ({
    property,
    valueOf: ({ content }) => textAt(content, property),
    isUnique: object === 'contact' && property === 'email',
  }))
  return [...own, ...others]
}

async function idsByValue(
  access: Access<Settings>,
  object: ObjectName,
  { property, isUnique }: Key,
  values: readonly string[],
): Promise<{ ok: true; ids: Map<string, string[]> } | { ok: false; outcome: Outcome }> {
  const called = isUnique
    ? await readBy(access, object, property, values)
    : await searchBy(access, object, property, values)
  if (!called.ok && called.outcome.kind !== 'gone') return called
  const rows = called.ok ? listAt(called.reply.json, 'results') : []
  const keyed = Map.groupBy(rows, row => textAt(row, `properties.${property}`)?.toLowerCase() ?? '')
  return { ok: true, ids: new Map([...keyed].map(([value, group]) => [value, idsOf(group)])) }
}

function readBy(
  access: Access<Settings>,
  object: ObjectName,
  property: string,
  values: readonly string[],
): Promise<Called> {
  return post(access, 'read', objectPath(object, '/batch/read'), {
    idProperty: property,
    inputs: values.map(id => ({ id })),
    properties: [property],
    propertiesWithHistory: [],
  })
}

function searchBy(
  access: Access<Settings>,
  object: ObjectName,
  property: string,
  values: readonly string[],
): Promise<Called> {
  return post(access, 'find', objectPath(object, '/search'), {
    filterGroups: [{ filters: [{ propertyName: property, operator: 'IN', values: [...values] }] }],
    // The oldest counts, where several records share a value.
    sorts: [{ propertyName: 'createdate', direction: 'ASCENDING' }],
    properties: [property],
    limit: 200,
  })
}

function idsOf(rows: readonly Json[]): string[] {
  return rows.flatMap(row => textAt(row, 'id') ?? [])
}
