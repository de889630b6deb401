import { asTimeMs } from './value-path.ts'
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

/** A vendor's time at a path as epoch ms; which forms are understood is said at `asTimeMs`. */
export function timeAt(value: Json | undefined, path: string): number | undefined {
  return asTimeMs(valueAt(value, path))
}

/** The texts of the list at a path, numbers as they are written; what is neither is left out. */
export function textsAt(value: Json | undefined, path: string): string[] {
  const found = valueAt(value, path)
  return Array.isArray(found) ? found.flatMap(one => textAt(one, '') ?? []) : []
}

/**
 * When the vendor answered, by its own clock and in whole seconds: no write of the call is later. So a report of the next
 * second is known to be news, however long the answer, or the rest of a batch, took to us. Undefined where it does not say.
 */
export function answeredAtMs({ headers }: { headers: Readonly<Record<string, string>> }): number | undefined {
  const atMs = Date.parse(headers['date'] ?? '')
  return Number.isNaN(atMs) ? undefined : atMs
}
