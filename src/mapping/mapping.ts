import { createHash } from 'node:crypto'
import { builtInFunctions, functionValue } from './builtins.ts'
import type { BuiltIn } from './builtins/built-in.ts'
import { compile } from './compile.ts'
import { lineAndColumn, toFailure } from './failure.ts'
import { fieldFunctions } from './functions.ts'
import type { FunctionValue } from './function-value.ts'
import { plainOutput } from './output.ts'
import { namesRead } from './reads.ts'
import type { Closure, Frame, Lookup, MappingEnv, MappingLimits, Runtime } from './runtime.ts'
import { defaultLimits, threadCpuMs } from './runtime.ts'
import type { Program } from './scope.ts'
import { makeScope } from './scope.ts'
import { isArray, sequenceOf } from './sequence.ts'
import { readExpression } from './source.ts'
import { truthy } from './values.ts'

export type { Lookup, MappingEnv, MappingLimits } from './runtime.ts'

/** What a mapping is for. A condition gives true or false; the others give whatever the expression gives. */
export type MappingKind = 'inbound' | 'outbound' | 'condition' | 'template'

export type MappingResult =
  | { readonly ok: true; readonly value: unknown; readonly lookups: readonly Lookup[] }
  | {
      readonly ok: false
      readonly code: string
      readonly message: string
      readonly position?: number
      readonly line?: number
      readonly column?: number
      readonly token?: string
    }

export interface Mapping {
  readonly name: string
  readonly source: string
  /** The first 16 hexadecimal digits of the source's SHA-256: names this revision of the mapping. */
  readonly hash: string
  /** The names of members that it may read from its input; undefined: any. */
  readonly reads: ReadonlySet<string> | undefined
  /**
   * Maps one JSON value. Synchronous; never throws; never changes its input, though parts of it may be in the output.
   * The value is plain JSON, or undefined if the expression found nothing.
   */
  run(input: unknown, env: MappingEnv): MappingResult
}

export interface MappingOptions {
  readonly kind?: MappingKind
  readonly limits?: Partial<MappingLimits>
  /** More functions; one with the name of a built-in takes its place. */
  readonly functions?: readonly BuiltIn[]
}

/** A mapping that cannot be compiled. `position` counts characters from 0, line and column from 1. */
export class MappingSyntaxError extends Error {
  readonly code: string
  readonly position: number
  readonly line: number
  readonly column: number
  readonly token: string | undefined

  constructor(name: string, source: string, code: string, text: string, position: number, token: string | undefined) {
    const { line, column } = lineAndColumn(source, position)
    super(`${name}:${line}:${column}: ${text} (${code})`)
    this.name = 'MappingSyntaxError'
    this.code = code
    this.position = position
    this.line = line
    this.column = column
    this.token = token
  }
}

/**
 * Compiles a JSONata expression to a mapping.
 * @throws MappingSyntaxError if it cannot be parsed, has an unsafe regular expression, or calls what is refused.
 */
export function compileMapping(name: string, source: string, options: MappingOptions = {}): Mapping {
  const limits = { ...defaultLimits, ...options.limits }
  const functions = functionTable(options.functions ?? [])
  const { closure, reads } = compileSource(name, source, functions)
  const isCondition = options.kind === 'condition'
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 16)
  const run = (input: unknown, env: MappingEnv): MappingResult => {
    const rt = startRuntime(input, env, limits, functions)
    try {
      const result = closure(contextOf(input), topFrame(rt))
      const value = isCondition ? truthy(result, rt) : plainOutput(result, rt)
      return { ok: true, value, lookups: rt.lookups }
    } catch (thrown) {
      return failed(thrown, source)
    }
  }
  return { name, source, hash, reads, run }
}

const standardFunctions: ReadonlyMap<string, FunctionValue> = new Map([
  ...builtInFunctions,
  ...fieldFunctions.map(definition => [definition.name, functionValue(definition)] as const),
])

function functionTable(more: readonly BuiltIn[]): ReadonlyMap<string, FunctionValue> {
  if (more.length === 0) return standardFunctions
  return new Map([...standardFunctions, ...more.map(one => [one.name, functionValue(one)] as const)])
}

function compileSource(
  name: string,
  source: string,
  functions: ReadonlyMap<string, FunctionValue>,
): { closure: Closure; reads: Mapping['reads'] } {
  try {
    const { tree, mentionsEval } = readExpression(source, functions)
    const program: Program = { functions, dynamic: mentionsEval }
    const closure = compile(tree, makeScope(program, undefined, false))
    return { closure, reads: mentionsEval ? undefined : namesRead(tree) }
  } catch (thrown) {
    const failure = toFailure(thrown)
    throw new MappingSyntaxError(name, source, failure.code, failure.text(), failure.position ?? 0, failure.token)
  }
}

function startRuntime(
  input: unknown,
  env: MappingEnv,
  limits: MappingLimits,
  functions: ReadonlyMap<string, FunctionValue>,
): Runtime {
  const { variables } = env
  return {
    steps: 0,
    depth: 0,
    memoryBytes: 0,
    deadlineMs: threadCpuMs() + limits.timeMs,
    limits,
    env,
    root: input,
    isShadowing: variables !== undefined && Object.keys(variables).some(name => functions.has(name)),
    lookups: [],
    caller: undefined,
  }
}

const topFrame = (rt: Runtime): Frame => ({ rt, up: undefined, slots: [], tuple: undefined })

/** An input that is an array counts as one value, not as a sequence of contexts. */
function contextOf(input: unknown): unknown {
  if (!isArray(input)) return input
  const wrapped = sequenceOf(input)
  wrapped.outerWrapper = true
  return wrapped
}

function failed(thrown: unknown, source: string): MappingResult {
  const failure = toFailure(thrown)
  const { code, position, token } = failure
  return {
    ok: false,
    code,
    message: failure.text(),
    ...(position === undefined ? {} : { position, ...lineAndColumn(source, position) }),
    ...(token === undefined ? {} : { token }),
  }
}
