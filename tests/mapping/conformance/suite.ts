import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { builtInFunctions } from '#mapping/engine/builtins/table.ts'
import { compileExpression } from '#mapping/engine/engine.ts'
import { MappingFailure } from '#mapping/engine/failure.ts'
import { defaultLimits } from '#mapping/engine/limits.ts'

/**
 * Runs a suite in the form of jsonata-js' own test suite: `groups/<group>.json` holds arrays of cases, `datasets/` the
 * inputs they name.
 */
interface Expected {
  readonly code?: string | undefined
  readonly token?: string | undefined
  readonly message?: string | undefined
}

interface Case {
  readonly name: string
  readonly expr: string
  readonly data?: unknown
  readonly dataset?: string | null
  readonly bindings?: Readonly<Record<string, unknown>>
  readonly result?: unknown
  readonly undefinedResult?: boolean
  readonly code?: string
  readonly token?: string
  readonly error?: Expected
  readonly timelimit?: number
  readonly depth?: number
}

export interface SuiteOutcome {
  readonly passed: number
  /** Group and name of each case that did not pass, its expression, and what came instead. */
  readonly failures: readonly string[]
}

type Outcome = { readonly value: unknown } | { readonly failure: MappingFailure }

export function groupsOf(folder: string): readonly string[] {
  return readdirSync(join(folder, 'groups'))
    .filter(file => file.endsWith('.json'))
    .map(file => file.slice(0, -'.json'.length))
    .sort()
}

/** Runs every case of a group; none is skipped. By closures alone, no code is generated for any of them. */
export function runGroup(folder: string, group: string, { isClosuresOnly = false } = {}): SuiteOutcome {
  const cases = JSON.parse(readFileSync(join(folder, 'groups', `${group}.json`), 'utf8')) as readonly Case[]
  const failures: string[] = []
  for (const one of cases) {
    const outcome = evaluate(one, dataOf(folder, one), isClosuresOnly)
    if (!passes(one, outcome)) failures.push(`${group}/${one.name}: ${one.expr}\n    ${shown(outcome)}`)
  }
  return { passed: cases.length - failures.length, failures }
}

function dataOf(folder: string, one: Case): unknown {
  if ('data' in one) return one.data
  if (one.dataset === undefined || one.dataset === null) return undefined
  return JSON.parse(readFileSync(join(folder, 'datasets', `${one.dataset}.json`), 'utf8')) as unknown
}

/** Freezes all the way down, so that an evaluation that changes its input fails. */
function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const item of Object.values(value)) frozen(item)
  return Object.freeze(value)
}

/** What the suite asks for goes beyond what a mapping may use by default: sequences of ten million, text by the megabyte. */
function limitsOf(one: Case): typeof defaultLimits {
  // The suite's depth counts nested nodes of the tree: a recursive call of its functions takes three.
  const depthMax = one.depth === undefined ? defaultLimits.depthMax : Math.floor(one.depth / 3) || 1
  const timeMs = one.timelimit ?? 10_000
  return { timeMs, depthMax, stepsMax: 1e9, sequenceLengthMax: 1e7, memoryBytesMax: 1e9, outputBytesMax: 1e9 }
}

function evaluate(one: Case, input: unknown, isClosuresOnly: boolean): Outcome {
  try {
    const language = { functions: builtInFunctions, refused: new Set<string>(), limits: limitsOf(one), isClosuresOnly }
    const expression = compileExpression(one.expr, language)
    return { value: expression.evaluate(frozen(input), { nowMs: Date.now(), variables: one.bindings }) }
  } catch (thrown) {
    if (thrown instanceof MappingFailure) return { failure: thrown }
    throw thrown
  }
}

function passes(one: Case, outcome: Outcome): boolean {
  if ('value' in outcome) {
    if (one.undefinedResult === true) return outcome.value === undefined
    // Through JSON, as the suite itself lies in JSON.
    return 'result' in one && isDeepStrictEqual(JSON.parse(JSON.stringify(outcome.value ?? null)), one.result)
  }
  const { failure } = outcome
  const expected: Expected | undefined = one.error ?? (one.code === undefined ? undefined : one)
  if (expected === undefined) return false
  // U1001 is the suite runner's own code for a time or depth limit.
  const isLimit = expected.code === 'U1001' && (failure.code === 'D1011' || failure.code === 'D1012')
  if (expected.code !== undefined && expected.code !== failure.code && !isLimit) return false
  if (expected.token !== undefined && expected.token !== failure.token) return false
  return expected.message === undefined || expected.message === failure.text()
}

function shown(outcome: Outcome): string {
  const text = 'value' in outcome ? JSON.stringify(outcome.value) : `${outcome.failure.code}: ${outcome.failure.text()}`
  return (text ?? 'nothing').slice(0, 300)
}
