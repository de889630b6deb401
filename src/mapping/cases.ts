import { isDeepStrictEqual } from 'node:util'
import type { Mapping, MappingEnv, MappingResult } from './mapping.ts'

/** What a case says about the surroundings of the mapping. */
export interface CaseEnv {
  /** The statement's time: RFC 3339 or epoch milliseconds. */
  readonly now?: string | number
  readonly variables?: Readonly<Record<string, unknown>>
  /** Answers of `$xref` by `system/object/id`. */
  readonly xref?: Readonly<Record<string, string>>
  /** Answers of `$table` by table and key. */
  readonly table?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** One case of a `*.cases.json` file, which holds an array of them: an input and what must come of it. */
export type MappingCase = {
  readonly name: string
  readonly input: unknown
  readonly env?: CaseEnv
} & (
  | { readonly expect: unknown }
  /** The code of the failure that must come, e.g. `D3137`. */
  | { readonly error: string }
  /** The mapping must give no value at all. */
  | { readonly nothing: true }
)

/** One place where the value is not what the case expects. A missing member is undefined. */
export interface Difference {
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

export type CaseResult =
  | { readonly name: string; readonly ok: true }
  | {
      readonly name: string
      readonly ok: false
      readonly reason: 'differs'
      readonly differences: readonly Difference[]
    }
  | {
      readonly name: string
      readonly ok: false
      readonly reason: 'failed'
      readonly failure: Extract<MappingResult, { ok: false }>
    }
  | {
      readonly name: string
      readonly ok: false
      readonly reason: 'no_failure'
      readonly expected: string
      readonly actual: unknown
    }

export type CasesFile =
  | { readonly ok: true; readonly cases: readonly MappingCase[] }
  | { readonly ok: false; readonly problems: readonly string[] }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function problemOf(one: unknown): string | undefined {
  if (!isRecord(one)) return 'expected an object with name, input and expect'
  if (typeof one['name'] !== 'string' || one['name'] === '')
    return 'name is missing: say in a few words what the case shows'
  if (!('input' in one)) return 'input is missing'
  const outcomes = ['expect', 'error', 'nothing'].filter(key => key in one)
  if (outcomes.length !== 1) return 'expected exactly one of expect (a value), error (a code) and nothing (true)'
  if ('error' in one && typeof one['error'] !== 'string') return 'error must be a code, such as "D3137"'
  if ('nothing' in one && one['nothing'] !== true) return 'nothing must be true'
  const unknown = Object.keys(one).find(key => !['name', 'input', 'env', 'expect', 'error', 'nothing'].includes(key))
  if (unknown !== undefined) return `${unknown} is unknown: expected name, input, env, expect, error or nothing`
  const { env } = one
  if (env !== undefined && !isRecord(env)) return 'env must be an object with now, variables, xref or table'
  if (isRecord(env) && 'now' in env && nowMs(env['now']) === undefined)
    return 'env.now must be an RFC 3339 time or epoch milliseconds'
  return undefined
}

/** Reads the text of a cases file. All problems are told at once, each with the case it is in. */
export function parseCases(text: string): CasesFile {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (thrown) {
    return { ok: false, problems: [`not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`] }
  }
  if (!Array.isArray(parsed)) return { ok: false, problems: ['expected an array of cases'] }
  const problems = parsed.flatMap((one: unknown, index) => {
    const problem = problemOf(one)
    return problem === undefined ? [] : [`case ${index + 1}: ${problem}`]
  })
  return problems.length > 0 ? { ok: false, problems } : { ok: true, cases: parsed as readonly MappingCase[] }
}

function nowMs(now: unknown): number | undefined {
  const ms = typeof now === 'string' ? Date.parse(now) : now
  return typeof ms === 'number' && Number.isFinite(ms) ? ms : undefined
}

/** When no case says otherwise it is the first second of 2026, so that results do not depend on the day. */
const defaultNowMs = Date.UTC(2026, 0, 1)

/** `$defaultCountry` of a case that does not say otherwise, whatever the configuration says. */
const defaultCountry = 'CN'

/** The surroundings that a case describes. */
export function envOf(env: CaseEnv | undefined): MappingEnv {
  return {
    nowMs: nowMs(env?.now) ?? defaultNowMs,
    variables: { defaultCountry, ...env?.variables },
    xref: (system, object, id) => own(env?.xref, `${system}/${object}/${id}`),
    table: (name, key) => own(own(env?.table, name), key),
  }
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}

/** Runs one case. */
export function runCase(mapping: Mapping, one: MappingCase): CaseResult {
  return judgeCase(one, mapping.run(one.input, envOf(one.env)))
}

/** Whether what came of a case is what it expects. Equality is that of JSON values: the order of members does not matter. */
export function judgeCase(one: MappingCase, result: MappingResult): CaseResult {
  const { name } = one
  if ('error' in one) {
    if (result.ok) return { name, ok: false, reason: 'no_failure', expected: one.error, actual: result.value }
    return result.code === one.error ? { name, ok: true } : { name, ok: false, reason: 'failed', failure: result }
  }
  if (!result.ok) return { name, ok: false, reason: 'failed', failure: result }
  const differences = differencesOf('expect' in one ? one.expect : undefined, result.value)
  return differences.length === 0 ? { name, ok: true } : { name, ok: false, reason: 'differs', differences }
}

export function runCases(mapping: Mapping, cases: readonly MappingCase[]): readonly CaseResult[] {
  return cases.map(one => runCase(mapping, one))
}

/** Every place where two JSON values differ; lists of different lengths differ as a whole. */
export const differencesOf = (expected: unknown, actual: unknown): readonly Difference[] =>
  compare(expected, actual, '$')

function compare(expected: unknown, actual: unknown, path: string): readonly Difference[] {
  if (isDeepStrictEqual(expected, actual)) return []
  if (isRecord(expected) && isRecord(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
    return [...keys].flatMap(key => compare(own(expected, key), own(actual, key), `${path}.${key}`))
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item: unknown, index) => compare(item, actual[index], `${path}[${index}]`))
  }
  return [{ path, expected, actual }]
}
