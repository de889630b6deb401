import type { Access, FindQuery } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { JsonObject } from '#model/json.ts'
import { keyOf } from './batch.ts'
import { compiledApi } from './compiled.ts'
import { exchange } from './exchange.ts'
import { objectSettings } from './push.ts'
import { listAt, textAt } from '#connector/reply-path.ts'
import type { ApiSettings, FindSettings, ObjectSettings } from './settings.ts'

type Found = { ok: true; found: readonly (readonly string[])[] } | { ok: false; outcome: Outcome }

export function canFind(object: string, settings: ApiSettings): boolean {
  return searches(objectSettings(settings, object)).length > 0
}

function searches(configured: ObjectSettings | undefined): readonly FindSettings[] {
  const find = configured?.find
  return find === undefined ? [] : Array.isArray(find) ? find : [find]
}

/** Runs the configured searches in order; for each query the first search that finds anything decides. */
export async function find(access: Access<ApiSettings>, object: string, queries: readonly FindQuery[]): Promise<Found> {
  const configured = objectSettings(access.settings, object)
  const found: (readonly string[])[] = queries.map(() => [])
  for (const [position, search] of searches(configured).entries()) {
    const name = `objects.${object}.find.${position}`
    const open = [...queries.keys()].filter(index => found[index]?.length === 0)
    const wanted = open.flatMap(index => {
      const query = queries[index]
      return query && isWanted(access, name, search, query) ? [{ index, variables: queryVariables(query) }] : []
    })
    for (let start = 0; start < wanted.length; start += search.max) {
      const part = wanted.slice(start, start + search.max)
      const result = await runSearch(
        access,
        name,
        configured,
        search,
        part.map(({ variables }) => variables),
      )
      if (!result.ok) return result
      part.forEach(({ index }, place) => (found[index] = result.found[place] ?? []))
    }
  }
  return { ok: true, found }
}

function queryVariables({ externalId, content }: FindQuery): JsonObject {
  return { externalId, content }
}

function isWanted(access: Access<ApiSettings>, name: string, search: FindSettings, query: FindQuery): boolean {
  if (search.when === undefined) return true
  const verdict = compiledApi(access.settings)
    .expression(`${name}.when`, search.when)
    .evaluate(queryVariables(query), access.nowMs())
  return verdict.ok && verdict.value === true
}

async function runSearch(
  access: Access<ApiSettings>,
  name: string,
  configured: ObjectSettings | undefined,
  search: FindSettings,
  queries: readonly JsonObject[],
): Promise<Found> {
  const variables = search.max === 1 ? (queries[0] ?? {}) : { items: [...queries] }
  const objectRules = configured?.rules ?? []
  const result = await exchange(access, { operation: 'find', name, call: search, objectRules, variables })
  if (!result.ok) return result.outcome.kind === 'gone' ? { ok: true, found: queries.map(() => []) } : result
  const idPath = search.id ?? configured?.id ?? 'id'
  const rows = listAt(result.reply.json, search.results).flatMap(row => {
    const id = textAt(row, idPath)
    return id === undefined ? [] : [{ id, row }]
  })
  // Without `match` the vendor's search is trusted as it is; with it, each row must share a key with its query.
  if (search.match.length === 0)
    return { ok: true, found: queries.map(() => (search.max === 1 ? rows.map(({ id }) => id) : [])) }
  const byKey = search.match.map(({ row: path }) => Map.groupBy(rows, ({ row }) => keyOf(row, path)))
  const found = queries.map(query => {
    for (const [place, { item }] of search.match.entries()) {
      const key = keyOf(query, item)
      const matching = key === undefined ? undefined : byKey[place]?.get(key)
      if (matching) return [...new Set(matching.map(({ id }) => id))]
    }
    return []
  })
  return { ok: true, found }
}
