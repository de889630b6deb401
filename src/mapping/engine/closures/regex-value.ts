import { MappingFailure } from '../failure.ts'
import type { FunctionValue } from '../values/function-value.ts'
import { makeFunction } from '../values/function-value.ts'
import type { RegexEngine } from '../regex/engine.ts'
import { regexEngine } from '../regex/engine.ts'
import type { Closure } from '../runtime.ts'
import type { JsonObject } from '../values/sequence.ts'
import type { Node } from '../syntax/tree.ts'

/** Compiles `/pattern/`: a function from a text to its first match, which leads to the next one. */
export function compileRegex(node: Node): Closure {
  if (!(node.value instanceof RegExp)) return () => undefined
  const value = regexFunction(regexEngine(node.value), node.position)
  return () => value
}

function regexFunction(engine: RegexEngine, position: number | undefined): FunctionValue {
  const made = makeFunction('regex', 2, undefined, args => {
    const [text, from] = args
    return typeof text === 'string' ? matchFrom(engine, text, Number(from ?? 0), position) : undefined
  })
  made.regex = engine
  return made
}

/** The match object of the language. `next` is not enumerable, so that a match in the output is plain data. */
function matchFrom(
  engine: RegexEngine,
  text: string,
  from: number,
  position: number | undefined,
): JsonObject | undefined {
  const found = engine.exec(text, from)
  if (found === undefined) return undefined
  const { match, start, end } = found
  const result: JsonObject = { match, start, end, groups: [...found.groups] }
  const next = makeFunction('native', 0, undefined, () => {
    if (end >= text.length) return undefined
    const following = matchFrom(engine, text, end, position)
    if (following?.['match'] === '') throw emptyMatch(engine, position)
    return following
  })
  return Object.defineProperty(result, 'next', { value: next, enumerable: false })
}

export function emptyMatch(engine: RegexEngine, position: number | undefined): MappingFailure {
  return new MappingFailure('D1004', { position, value: engine.source })
}
