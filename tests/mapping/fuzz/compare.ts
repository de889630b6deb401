import jsonata from 'jsonata'
import { builtInFunctions } from '#mapping/engine/builtins/table.ts'
import { compileExpression } from '#mapping/engine/engine.ts'
import { MappingFailure } from '#mapping/engine/failure.ts'
import { defaultLimits } from '#mapping/engine/limits.ts'
import { deviations, isEndless } from './deviations.ts'
import { randomDocument } from './documents.ts'
import { randomExpression } from './expressions.ts'
import { createRandom } from '../../../simulation/harness/random.ts'

/** What came of one evaluation: JSON text of the value ('' for nothing), or the code of the failure. */
export interface Outcome {
  readonly text?: string
  readonly code?: string
}

export interface Comparison {
  readonly expression: string
  readonly input: unknown
  readonly ours: Outcome
  /** Of the reference, or of our closures alone where they differ from generated code. */
  readonly theirs: Outcome
  /** The name of the deviation that explains a difference; undefined: none is known. */
  readonly deviation?: string | undefined
}

const language = {
  functions: builtInFunctions,
  refused: new Set<string>(),
  limits: { ...defaultLimits, timeMs: 10_000, depthMax: 200 },
}

function evaluateOurs(source: string, input: unknown, isClosuresOnly = false): Outcome {
  try {
    const value = compileExpression(source, { ...language, isClosuresOnly }).evaluate(input, { nowMs: Date.now() })
    return { text: JSON.stringify(value) ?? '' }
  } catch (thrown) {
    if (thrown instanceof MappingFailure) return { code: thrown.code }
    throw thrown
  }
}

async function evaluateTheirs(source: string, input: unknown): Promise<Outcome> {
  try {
    const expression = jsonata(source, { stack: 2000 })
    const value: unknown = await expression.evaluate(input)
    return plainText(value)
  } catch (thrown) {
    if (typeof thrown === 'object' && thrown !== null && 'code' in thrown) return { code: String(thrown.code) }
    return { code: thrown instanceof Error ? `crash: ${thrown.message}` : 'crash' }
  }
}

/** What JSON cannot hold, the engine refuses in its output: the reference's value gets the same code. */
function plainText(value: unknown): Outcome {
  let code: string | undefined
  const text = JSON.stringify(value, (_key, item: unknown) => {
    const isObject = typeof item === 'object' && item !== null
    if (typeof item === 'function' || (isObject && ('_jsonata_lambda' in item || '_jsonata_function' in item))) {
      code ??= 'M1003'
      return null
    }
    if (typeof item === 'number' && !Number.isFinite(item)) code ??= 'D1001'
    return item
  })
  return code === undefined ? { text: text ?? '' } : { code }
}

function isSame(left: Outcome, right: Outcome): boolean {
  return left.text === right.text && left.code === right.code
}

/** Evaluates the random expression of a seed on its random document, here in both ways and by the reference. */
export async function compareSeed(seed: number): Promise<Comparison | undefined> {
  const random = createRandom(seed)
  const input = randomDocument(random)
  return await compare(randomExpression(random), input)
}

/** Evaluates an expression here and by the reference; undefined: they agree, or the reference might run for ever. */
export async function compare(expression: string, input: unknown): Promise<Comparison | undefined> {
  if (isEndless(expression)) return undefined
  const ours = evaluateOurs(expression, structuredClone(input))
  const byClosures = evaluateOurs(expression, structuredClone(input), true)
  if (!isSame(ours, byClosures)) return { expression, input, ours, theirs: byClosures }
  const theirs = await evaluateTheirs(expression, structuredClone(input))
  if (isSame(ours, theirs)) return undefined
  const deviation = deviations.find(one => one.explains(expression, ours, theirs))
  return { expression, input, ours, theirs, deviation: deviation?.name }
}
