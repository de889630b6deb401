import { isDeepStrictEqual } from 'node:util'
import type { Json, JsonObject } from '#model/json.ts'
import { isJsonObject } from '#model/json.ts'

/**
 * What would change from one configuration to another, as lines for people: `+ systems.crm`, `- routes.person-to-crm-contact`,
 * `~ limits.body: "1mb" -> "2mb"`. Values are shown only where they are short and plain; secrets are references in both.
 */
export function configChanges(from: JsonObject, to: JsonObject): string[] {
  return compare(named(from), named(to), '')
}

/** Routes are a list in the file; compared by name, a moved route is no change. */
function named(config: JsonObject): JsonObject {
  if (!Array.isArray(config.routes)) return config
  const routes = config.routes.flatMap((route): [string, Json][] =>
    isJsonObject(route)
      ? [[text(route.name) || `${text(route.entity)}-to-${text(route.system)}-${text(route.object)}`, route]]
      : [],
  )
  return { ...config, routes: Object.fromEntries(routes) }
}

function compare(from: JsonObject, to: JsonObject, path: string): string[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort()
  return names.flatMap(name => {
    const at = path === '' ? name : `${path}.${name}`
    const [before, after] = [from[name], to[name]]
    if (isDeepStrictEqual(before, after)) return []
    if (isJsonObject(before ?? {}) && isJsonObject(after ?? {}) && depth(at) < 2) {
      return compare(isJsonObject(before) ? before : {}, isJsonObject(after) ? after : {}, at)
    }
    if (before === undefined) return [`+ ${at}`]
    if (after === undefined) return [`- ${at}`]
    if (isJsonObject(before) && isJsonObject(after)) return compare(before, after, at)
    return [
      `~ ${at}${isPlain(before) && isPlain(after) ? `: ${JSON.stringify(before)} -> ${JSON.stringify(after)}` : ''}`,
    ]
  })
}

/** The sections and their entries are the units that people think in; below an added or removed one nothing is listed. */
function depth(path: string): number {
  return path.split('.').length
}

function isPlain(value: Json): boolean {
  return typeof value !== 'object' && String(value).length <= 60
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
