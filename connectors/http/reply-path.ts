import { isJsonObject } from '#model/json.ts'
import type { Json } from '#model/json.ts'

/**
 * What stands at a dotted path (`results.0.id`) of a reply; undefined when nothing does. The empty path is the whole.
 * A plain path, no expression: it runs for each row of each batch.
 */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  if (path === '') return value
  let current = value
  for (const step of path.split('.')) {
    if (Array.isArray(current)) current = current[Number(step)]
    else if (isJsonObject(current) && Object.hasOwn(current, step)) current = current[step]
    else return undefined
  }
  return current
}

/** The text at a path; numbers and booleans as they are written, anything else undefined. `false` counts as empty. */
export function textAt(value: Json | undefined, path: string): string | undefined {
  const found = valueAt(value, path)
  if (typeof found === 'string') return found === '' ? undefined : found
  return typeof found === 'number' ? String(found) : undefined
}

/** The list at a path; a single object counts as a list of one, anything else as an empty list. */
export function listAt(value: Json | undefined, path: string): readonly Json[] {
  const found = valueAt(value, path)
  if (Array.isArray(found)) return found
  return isJsonObject(found) ? [found] : []
}

/**
 * A vendor's time in ms: RFC 3339, `YYYY-MM-DD HH:MM:SS` (taken as UTC), or epoch seconds or milliseconds
 * (below 100,000,000,000 they are seconds: that number of ms would be 1973).
 */
export function timeAt(value: Json | undefined, path: string): number | undefined {
  const found = valueAt(value, path)
  if (typeof found === 'number') return found < 100_000_000_000 ? found * 1000 : found
  if (typeof found !== 'string') return undefined
  const zoned = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(found) ? `${found.replace(' ', 'T')}Z` : found
  const ms = Date.parse(zoned)
  return Number.isNaN(ms) ? undefined : ms
}
