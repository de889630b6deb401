import { isJsonObject, type Json } from '#model/json.ts'

type Step = { kind: 'name'; name: string } | { kind: 'index'; index: number } | { kind: 'all' } | { kind: 'members' }

/** A compiled path such as `data.items[*].id`; the empty one is the value itself. */
export type ValuePath = readonly Step[]

const STEP = /\.?(?:([^.[\]`]+)|`([^`]*)`)|\[(\d+|\*)\]/y

/**
 * Reads a dotted path: names separated by `.`, `[0]` for one element, `[*]` for all, `*` for every member. A name with dots,
 * brackets or a star alone goes into backquotes: `` data.`odd.name` ``. Undefined when the text is no path. On purpose no expression language: it runs
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
    else if (step[1] === '*') steps.push({ kind: 'members' })
    else steps.push({ kind: 'name', name: step[1] ?? step[2] ?? '' })
  }
  return steps
}

/** A value and where it stands, in the form of the notes of `parseBody`. */
export interface Found {
  value: Json
  path: string
  /** The name that the last `*` stood for. */
  key?: string
}

/**
 * All values at a path, in order; none when a step is missing. Only own members count, so `__proto__` is a name like any.
 * With `loneAsList` an object where a list is expected counts as a list of one.
 */
export function readPath(value: Json, path: ValuePath, how?: { loneAsList: boolean }): readonly Found[] {
  let found: Found[] = [{ value, path: '' }]
  for (const step of path) found = found.flatMap(one => take(one, step, how?.loneAsList === true))
  return found
}

/** The first value at a path, undefined when there is none. */
export function readOne(value: Json, path: ValuePath): Json | undefined {
  return readPath(value, path)[0]?.value
}

function take(from: Found, step: Step, loneAsList: boolean): Found[] {
  const { value, path } = from
  if (step.kind === 'all') {
    if (Array.isArray(value)) return value.map((item, i) => ({ ...from, value: item, path: `${path}[${i}]` }))
    return loneAsList && isJsonObject(value) ? [from] : []
  }
  if (step.kind === 'index') {
    const item = Array.isArray(value) ? value[step.index] : undefined
    return item === undefined ? [] : [{ ...from, value: item, path: `${path}[${step.index}]` }]
  }
  if (!isJsonObject(value)) return []
  const names = step.kind === 'members' ? Object.keys(value) : [step.name]
  return names.flatMap(name => {
    const member = Object.hasOwn(value, name) ? value[name] : undefined
    if (member === undefined) return []
    const key = step.kind === 'members' ? { key: name } : {}
    return [{ ...from, ...key, value: member, path: path === '' ? name : `${path}.${name}` }]
  })
}

/** A value as a text that can be an id or a type; undefined for null, objects, lists and the empty text. */
export function asText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

export interface TimeForm {
  /** Of numbers, where their size would mislead. */
  unit?: 's' | 'ms' | 'us' | undefined
  /** Of times that name none; default UTC. */
  zone?: string
}

const PER_MS = { s: 0.001, ms: 1, us: 1000 } as const
const NO_ZONE = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$/
/** `20261121T100000`, the basic form of ISO 8601. */
const COMPACT = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?=$|[Z+-])/
/** `Sat, 21 Nov 2026 10:00:00 +0000` (RFC 5322), with or without the day's name. */
const MAIL_DATE = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|GMT|UTC)/

/**
 * A vendor's time in epoch ms: RFC 3339, `YYYY-MM-DD HH:MM:SS` (UTC, or the given zone), a mail's date, `/Date(ms)/`, or
 * digits: epoch seconds below 100,000,000,000 (as ms they would lie before 1973), microseconds above 100,000,000,000,000
 * (as ms they would lie after the year 5000), else milliseconds.
 */
export function asTimeMs(value: Json | undefined, form: TimeForm = {}): number | undefined {
  const text = asText(value)
  if (text === undefined) return undefined
  const digits = /^(?:\/Date\()?(\d{1,16}(?:\.\d+)?)(?:[+-]\d{4}\)\/|\)\/)?$/.exec(text)?.[1]
  if (digits !== undefined) return epochMs(Number(digits), text.startsWith('/') ? 'ms' : form.unit)
  if (MAIL_DATE.test(text)) return knownMs(Date.parse(text))
  const bare = text.replace(/ UTC$/, 'Z').replace(COMPACT, '$1-$2-$3T$4:$5:$6')
  if (!/^\d{4}-\d\d-\d\d/.test(bare)) return undefined
  return knownMs(Date.parse(NO_ZONE.test(bare) ? `${bare.replace(' ', 'T')}${form.zone ?? 'Z'}` : bare))
}

function epochMs(number: number, given: TimeForm['unit']): number | undefined {
  // So few digits can be a count or a year as well.
  if (given === undefined && number < 100_000_000) return undefined
  const unit = given ?? (number < 100_000_000_000 ? 's' : number < 100_000_000_000_000 ? 'ms' : 'us')
  return Math.round(number / PER_MS[unit])
}

const knownMs = (ms: number) => (Number.isNaN(ms) ? undefined : ms)
