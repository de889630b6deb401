import { isJsonObject, type Json } from '#model/json.ts'

type Step = { kind: 'name'; name: string } | { kind: 'index'; index: number } | { kind: 'all' }

/** A compiled path such as `data.items[*].id`; the empty one is the value itself. */
export type ValuePath = readonly Step[]

const STEP = /\.?(?:([^.[\]`]+)|`([^`]*)`)|\[(\d+|\*)\]/y

/**
 * Reads a dotted path: names separated by `.`, `[0]` for one element, `[*]` for all. A name with dots or brackets goes
 * into backquotes: `` data.`odd.name` ``. Undefined when the text is no path. On purpose no expression language: it runs
 * for every request, before anything is known about it.
 */
export function parsePath(text: string): ValuePath | undefined {
  const steps: Step[] = []
  STEP.lastIndex = 0
  let at = 0
  while (at < text.length) {
    const step = STEP.exec(text)
    if (step === null || (at === 0 && step[0].startsWith('.'))) return undefined
    if (at > 0 && step[3] === undefined && !step[0].startsWith('.')) return undefined
    at = STEP.lastIndex
    if (step[3] === '*') steps.push({ kind: 'all' })
    else if (step[3] !== undefined) steps.push({ kind: 'index', index: Number(step[3]) })
    else steps.push({ kind: 'name', name: step[1] ?? step[2] ?? '' })
  }
  return steps
}

/** A value and where it stands, in the form of the notes of `parseBody`. */
export interface Found {
  value: Json
  path: string
}

/** All values at a path, in order; none when a step is missing. Only own members count, so `__proto__` is a name like any. */
export function readPath(value: Json, path: ValuePath): readonly Found[] {
  let found: Found[] = [{ value, path: '' }]
  for (const step of path) found = found.flatMap(one => take(one, step))
  return found
}

/** The first value at a path, undefined when there is none. */
export function readOne(value: Json, path: ValuePath): Json | undefined {
  return readPath(value, path)[0]?.value
}

function take({ value, path }: Found, step: Step): Found[] {
  if (step.kind === 'all') {
    return Array.isArray(value) ? value.map((item, i) => ({ value: item, path: `${path}[${i}]` })) : []
  }
  if (step.kind === 'index') {
    const item = Array.isArray(value) ? value[step.index] : undefined
    return item === undefined ? [] : [{ value: item, path: `${path}[${step.index}]` }]
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, step.name)) return []
  const member = value[step.name]
  return member === undefined ? [] : [{ value: member, path: path === '' ? step.name : `${path}.${step.name}` }]
}

/** A value as a text that can be an id or a type; undefined for null, objects, lists and the empty text. */
export function asText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/**
 * A vendor's time in epoch ms: RFC 3339, `YYYY-MM-DD HH:MM:SS` (taken as UTC), or epoch seconds or milliseconds (numbers
 * below 100,000,000,000 are seconds: as ms they would lie before 1973).
 */
export function asTimeMs(value: Json | undefined): number | undefined {
  const text = asText(value)
  if (text === undefined) return undefined
  if (/^\d{9,16}(\.\d+)?$/.test(text)) {
    const number = Number(text)
    return Math.round(number < 100_000_000_000 ? number * 1000 : number)
  }
  const zoned = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text
  if (!/^\d{4}-\d\d-\d\d/.test(zoned)) return undefined
  const ms = Date.parse(zoned)
  return Number.isNaN(ms) ? undefined : ms
}
