import { createHash } from 'node:crypto'
import type { BuiltIn } from './engine/builtins/built-in.ts'
import { builtInFunctions, functionValue } from './engine/builtins/table.ts'
import type { Expression, Language } from './engine/engine.ts'
import { compileExpression } from './engine/engine.ts'
import { type Explanation, explain } from './engine/explain.ts'
import { lineAndColumn, MappingFailure, toFailure } from './engine/failure.ts'
import type { Mention } from './engine/syntax/mentions.ts'
import { defaultLimits, type Limits } from './engine/limits.ts'
import { fieldFunctions, tableFunction } from './functions.ts'
import type { MappingEnv } from './host.ts'
import type { Table, Tables } from './tables.ts'

export type { MappingEnv } from './host.ts'

/** What a mapping is for. A condition gives true or false; the others give whatever the expression gives. */
export type MappingKind = 'inbound' | 'outbound' | 'condition' | 'template'

export type MappingResult =
  | { readonly ok: true; readonly value: unknown }
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
  /** 16 hexadecimal digits that name what it maps by: its text, and the content of the tables that it names. */
  readonly hash: string
  /** The tables that it names. */
  readonly tables: Tables
  /** The number of this revision, where revisions are kept. */
  readonly revision?: number
  /** The names of members that it may read from its input; undefined: any. */
  readonly reads: ReadonlySet<string> | undefined
  /**
   * Maps one JSON value. Synchronous; never throws; never changes its input, though parts of it may be in the output.
   * The value is plain JSON, or undefined if the expression found nothing. `limits` may lower those of the mapping.
   */
  run(input: unknown, env: MappingEnv, limits?: Partial<Limits>): MappingResult
  /** The same for someone who is writing the mapping: a failure comes with the value and the place it came from. */
  attempt(input: unknown, env: MappingEnv): Attempt
}

export type Attempt =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: Explanation }

export interface MappingOptions {
  readonly kind?: MappingKind
  readonly limits?: Partial<Limits>
  /** More functions; one with the name of a built-in takes its place. */
  readonly functions?: readonly BuiltIn[]
  /** Look-up tables; undefined: none but those of a run's surroundings. */
  readonly tables?: Tables
}

/** A mapping that cannot be compiled. `position` counts characters from 0, line and column from 1. */
export class MappingSyntaxError extends Error {
  readonly code: string
  readonly position: number
  readonly line: number
  readonly column: number
  readonly token: string | undefined
  /** What is wrong, without place and code, and what fills that text's holes. */
  readonly text: string
  readonly params: Readonly<Record<string, string>>

  constructor(name: string, source: string, failure: MappingFailure) {
    const { code, position = 0, token } = failure
    const text = failure.text()
    const { line, column } = lineAndColumn(source, position)
    super(`${name}:${line}:${column}: ${text} (${code})`)
    this.name = 'MappingSyntaxError'
    this.code = code
    this.position = position
    this.line = line
    this.column = column
    this.token = token
    this.text = text
    this.params = failure.params()
  }

  /** The same for someone who is writing the mapping. */
  explained(): Explanation {
    const { code, text: message, params, position, line, column } = this
    return { code, message, params, position, line, column }
  }
}

/**
 * Compiles a JSONata expression to a mapping.
 * @throws MappingSyntaxError if it cannot be parsed, has an unsafe regular expression, or calls what is refused.
 */
export function compileMapping(name: string, source: string, options: MappingOptions = {}): Mapping {
  const limits = { ...defaultLimits, ...options.limits }
  const { functions = [], tables } = options
  const named = new Map<string, Table>()
  // Which tables it names is known when it is compiled, and what they hold is the same for all its runs.
  const looks = tables === undefined || !source.includes('$table') ? [] : [tableFunction(named)]
  const language = {
    functions: options.kind === 'condition' ? conditionFunctions : functionTable([...functions, ...looks]),
    refused: options.kind === 'condition' ? refusedInConditions : refused,
    limits,
    watched: ['table'],
  }
  const expression = compiled(name, source, language, ({ mentions }) => {
    if (tables !== undefined) for (const mention of mentions) named.set(...tableOf(mention, tables))
  })
  const evaluate = options.kind === 'condition' ? expression.test : expression.evaluate
  const hash = hashOf(source, named)
  const run: Mapping['run'] = (input, env, wanted) => {
    try {
      return { ok: true, value: evaluate(input, { nowMs: env.nowMs, variables: env.variables, host: env }, wanted) }
    } catch (thrown) {
      return failed(thrown, source)
    }
  }
  const attempt: Mapping['attempt'] = (input, env) => {
    try {
      return { ok: true, value: evaluate(input, { nowMs: env.nowMs, variables: env.variables, host: env }) }
    } catch (thrown) {
      return { ok: false, failure: explain(source, toFailure(thrown)) }
    }
  }
  return { name, source, hash, tables: named, reads: expression.reads, run, attempt }
}

function hashOf(source: string, tables: Tables): string {
  const parts = [source, ...[...tables].flatMap(([name, { hash }]) => [name, hash])]
  return hashText(parts.length === 1 ? source : JSON.stringify(parts))
}

/** The hash of a mapping that names no tables. */
export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** The table that a mapping names, with its name. */
function tableOf({ name: token, first, position }: Mention, tables: Tables): [string, Table] {
  if (first === undefined) throw new MappingFailure('M1013', { position, token })
  const table = tables.get(first)
  if (table === undefined) throw new MappingFailure('M1014', { position, token, value: first })
  return [first, table]
}

/** Functions whose result is not a function of the input: a replay must give what the first run gave. */
const refused: ReadonlySet<string> = new Set(['random', 'shuffle'])

/** Nothing plans a record again when what a condition looked up is another one. */
const refusedInConditions: ReadonlySet<string> = new Set([...refused, 'xref', 'table'])

const standardFunctions: Language['functions'] = new Map([
  ...[...builtInFunctions].filter(([name]) => !refused.has(name)),
  ...fieldFunctions.map(definition => [definition.name, functionValue(definition)] as const),
])

const conditionFunctions: Language['functions'] = new Map(
  [...standardFunctions].filter(([name]) => !refusedInConditions.has(name)),
)

/** The signature of each function that a mapping may call, by name. */
export const functionSignatures: ReadonlyMap<string, string> = new Map(
  [...standardFunctions].map(([name, { signature }]) => [name, signature?.definition ?? '<x?x?x?x?:x>']),
)

function functionTable(more: readonly BuiltIn[]): Language['functions'] {
  if (more.length === 0) return standardFunctions
  return new Map([...standardFunctions, ...more.map(one => [one.name, functionValue(one)] as const)])
}

function compiled(name: string, source: string, language: Language, check: (made: Expression) => void): Expression {
  try {
    const expression = compileExpression(source, language)
    check(expression)
    return expression
  } catch (thrown) {
    throw new MappingSyntaxError(name, source, toFailure(thrown))
  }
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
