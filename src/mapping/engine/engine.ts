import { compile } from './closures/compile.ts'
import { makeScope, type Program, topFrame } from './closures/scope.ts'
import { toFailure } from './failure.ts'
import type { Limits } from './limits.ts'
import { lowered } from './limits.ts'
import { plainOutput } from './output.ts'
import type { Closure, Runtime, Surroundings } from './runtime.ts'
import { startRuntime } from './runtime.ts'
import { namesRead } from './syntax/reads.ts'
import { readExpression } from './syntax/source.ts'
import type { FunctionValue } from './values/function-value.ts'
import { isArray, sequenceOf } from './values/sequence.ts'
import { truthy } from './values/values.ts'

/** What an expression is compiled with: the functions it may call, by name without `$`, and its limits. */
export interface Language {
  readonly functions: ReadonlyMap<string, FunctionValue>
  /** Names of functions that the embedding program refuses: a source that calls one is not compiled (M1005). */
  readonly refused: ReadonlySet<string>
  readonly limits: Limits
}

/** A compiled JSONata expression. Runs are synchronous, apart from one another, and never change their input. */
export interface Expression {
  readonly source: string
  /** The names of members that it may read from its input; undefined: any. */
  readonly reads: ReadonlySet<string> | undefined
  /**
   * Evaluates the expression on one JSON value. The result is plain JSON, or undefined if nothing was found. Throws
   * MappingFailure. `wanted` may lower limits, never raise them.
   */
  evaluate(input: unknown, env: Surroundings, wanted?: Partial<Limits>): unknown
  /** Evaluates it as a condition, by the language's idea of truth. */
  test(input: unknown, env: Surroundings, wanted?: Partial<Limits>): boolean
}

/**
 * Compiles a source text. Throws MappingFailure with a position: of the parser (S…), for an unsafe regular expression
 * (M1006), a refused function (M1005), or a source too long or too deeply nested (M1007).
 */
export function compileExpression(source: string, language: Language): Expression {
  const { functions, refused, limits } = language
  const { tree, mentionsEval } = readExpression(source, language)
  const program: Program = { functions, refused, dynamic: mentionsEval }
  const closure = compiled(() => compile(tree, makeScope(program, undefined, false)))

  const start = (input: unknown, env: Surroundings, wanted: Partial<Limits> | undefined): Runtime =>
    startRuntime(input, env, lowered(limits, wanted), shadows(env, functions))

  return {
    source,
    reads: mentionsEval ? undefined : namesRead(tree),
    evaluate(input, env, wanted) {
      const rt = start(input, env, wanted)
      return failing(() => plainOutput(closure(contextOf(input), topFrame(rt)), rt))
    },
    test(input, env, wanted) {
      const rt = start(input, env, wanted)
      return failing(() => truthy(closure(contextOf(input), topFrame(rt)), rt))
    },
  }
}

/** Whatever goes wrong comes out as a MappingFailure. */
function failing<T>(run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    throw toFailure(thrown)
  }
}

const compiled = (make: () => Closure): Closure => failing(make)

/** True if a variable of the run has the name of a function, so that calls of built-ins must look it up. */
function shadows({ variables }: Surroundings, functions: ReadonlyMap<string, FunctionValue>): boolean {
  for (const name in variables) if (functions.has(name)) return true
  return false
}

/** An input that is an array counts as one value, not as a sequence of contexts. */
function contextOf(input: unknown): unknown {
  if (!isArray(input)) return input
  const wrapped = sequenceOf(input)
  wrapped.outerWrapper = true
  return wrapped
}
