import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { MappingResult } from '#mapping/mapping.ts'
import { compileMapping, MappingSyntaxError } from '#mapping/mapping.ts'

/** The official JSONata conformance suite lies beside the repository; language.test.ts covers the language without it. */
const suite = new URL('../../../shared/jsonata-suite/', import.meta.url)
const isThere = existsSync(suite)

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

/** Cases that must not pass, and why. One that starts to pass fails the test: then it is taken off the list. */
const deviations: Readonly<Record<string, string>> = {
  'function-shuffle/case000': '$shuffle is refused: a mapping is a function of its input',
  'function-shuffle/case001': '$shuffle is refused: a mapping is a function of its input',
}

const dataOf = (one: Case): unknown => {
  if ('data' in one) return one.data
  if (one.dataset === undefined || one.dataset === null) return undefined
  return JSON.parse(readFileSync(new URL(`datasets/${one.dataset}.json`, suite), 'utf8')) as unknown
}

/** Freezes all the way down, so that a mapping that changes its input fails. */
function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const item of Object.values(value)) frozen(item)
  return Object.freeze(value)
}

function runCase(one: Case): MappingResult {
  try {
    // The suite's depth counts nested nodes of the tree: a recursive call of its functions takes three.
    const depthMax = one.depth === undefined ? 500 : Math.floor(one.depth / 3) || 1
    const limits = { timeMs: one.timelimit ?? 10_000, depthMax, memoryBytesMax: 1e9, outputBytesMax: 1e9 }
    const mapping = compileMapping(one.name, one.expr, { limits })
    return mapping.run(frozen(dataOf(one)), { nowMs: Date.now(), variables: one.bindings ?? {} })
  } catch (thrown) {
    if (!(thrown instanceof MappingSyntaxError)) throw thrown
    const { code, message, token } = thrown
    return { ok: false, code, message, ...(token === undefined ? {} : { token }) }
  }
}

function passes(one: Case, result: MappingResult): boolean {
  if ('result' in one) {
    // Through JSON, as the suite itself lies in JSON.
    return result.ok && isDeepStrictEqual(JSON.parse(JSON.stringify(result.value ?? null)), one.result)
  }
  if (one.undefinedResult === true) return result.ok && result.value === undefined
  if (result.ok) return false
  const expected: Expected = one.error ?? { code: one.code, token: one.token }
  // U1001 is the suite runner's own code for a time or depth limit.
  const isLimit = expected.code === 'U1001' && (result.code === 'D1011' || result.code === 'D1012')
  if (expected.code !== undefined && expected.code !== result.code && !isLimit) return false
  if (expected.token !== undefined && expected.token !== result.token) return false
  return expected.message === undefined || expected.message === result.message
}

describe.skipIf(!isThere && process.env['CI'] !== 'true')('official suite (beside the repository in ../shared)', () => {
  const groups = isThere ? readdirSync(new URL('groups/', suite)).sort() : []
  test('the suite is there', () => {
    expect(groups.length).toBeGreaterThan(90)
  })
  test.each(groups)('%s', file => {
    const cases = JSON.parse(readFileSync(new URL(`groups/${file}`, suite), 'utf8')) as readonly Case[]
    for (const one of cases) {
      const name = `${file.replace('.json', '')}/${one.name}`
      const result = runCase(one)
      const shown = `${name}: ${one.expr}\n${JSON.stringify(result)?.slice(0, 500)}`
      expect(passes(one, result), shown).toBe(deviations[name] === undefined)
    }
  })
})
