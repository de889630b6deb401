import { compile } from './closures/compile.ts'
import { makeScope, type Program, topFrame } from './closures/scope.ts'
import { toFailure } from './failure.ts'
import { generateExpression } from './generated/generate.ts'
import type { Limits } from './limits.ts'
import { lowered } from './limits.ts'
import { plainOutput } from './output.ts'
import type { Runtime, Surroundings } from './runtime.ts'
import { startRuntime } from './runtime.ts'
import { type Mention, mentionsOf } from './syntax/mentions.ts'
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
  /** Functions of which it is told where they are named (`mentions`). */
  readonly watched?: readonly string[]
  /** No code is generated; closures do all the work. For hosts that forbid it, and for tests of one against the other. */
  readonly isClosuresOnly?: boolean
}

/** A compiled JSONata expression. Runs are synchronous, apart from one another, and never change their input. */
export interface Expression {
  readonly source: string
  /** The names of members that it may read from its input; undefined: any. */
  readonly reads: ReadonlySet<string> | undefined
  /** Where it names the functions that are watched. */
  readonly mentions: readonly Mention[]
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
  const runClosures = once(() => compile(tree, makeScope(program, undefined, false)))
  const runGenerated = once(() =>
    language.isClosuresOnly === true
      ? undefined
      : generateExpression(tree, makeScope(program, undefined, false), compile),
  )

  const start = (input: unknown, env: Surroundings, wanted: Partial<Limits> | undefined): Runtime =>
    startRuntime(input, env, lowered(limits, wanted), shadows(env, functions))

  return {
    source,
    reads: mentionsEval ? undefined : namesRead(tree),
    mentions: mentionsOf(tree, source, language.watched ?? []),
    evaluate(input, env, wanted) {
      const rt = start(input, env, wanted)
      try {
        const generated = rt.isShadowing ? undefined : runGenerated()
        if (generated !== undefined) return generated(contextOf(input), topFrame(rt))
        return plainOutput(runClosures()(contextOf(input), topFrame(rt)), rt)
      } catch (thrown) {
        throw toFailure(thrown)
      }
    },
    test(input, env, wanted) {
      const rt = start(input, env, wanted)
      try {
        return truthy(runClosures()(contextOf(input), topFrame(rt)), rt)
      } catch (thrown) {
        throw toFailure(thrown)
      }
    },
  }
}

/** Makes something when it is first asked for: most expressions never need both ways to run. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

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
