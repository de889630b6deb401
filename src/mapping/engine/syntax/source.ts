import type { FailureDetail } from '../failure.ts'
import { MappingFailure } from '../failure.ts'
import type { FunctionValue } from '../values/function-value.ts'
import { regexEngine } from '../regex/engine.ts'
import { parseSignature } from '../values/signature.ts'
import type { Node } from './tree.ts'
import { parse } from './tree.ts'

const sourceCharsMax = 1_048_576
/** `a ?: b` is parsed by copying `a`: nested in itself it would double at each level. */
const defaultNestingMax = 12

export interface ParsedSource {
  readonly tree: Node
  readonly mentionsEval: boolean
}

/** What a source may call, and what not. */
export interface Names {
  readonly functions: ReadonlyMap<string, FunctionValue>
  readonly refused: ReadonlySet<string>
}

/**
 * Parses a source text and checks what can be checked before it runs: regular expressions, signatures, functions that
 * are refused. Throws MappingFailure with a position where there is one.
 */
export function readExpression(source: string, names: Names): ParsedSource {
  if (source.length > sourceCharsMax || defaultNesting(source) > defaultNestingMax) throw new MappingFailure('M1007')
  const tree = parsed(source)
  let mentionsEval = false
  const bound = new Set<unknown>()
  const suspects: Node[] = []
  try {
    visit(tree, node => {
      if (node.type === 'condition') restoreRegexes(copyOfThen(node.condition), node.then)
    })
    visit(tree, node => {
      if (node.type === 'bind') bound.add((node.lhs as Node).value)
      if (node.type === 'lambda') for (const parameter of node.arguments ?? []) bound.add(parameter.value)
      if (node.type === 'variable' && node.value === 'eval') mentionsEval = true
      if (node.type === 'variable' && typeof node.value === 'string' && names.refused.has(node.value))
        suspects.push(node)
      if (node.type === 'regex' && node.value instanceof RegExp) checkRegex(node.value, node.position)
      if (node.type === 'lambda' && node.signature !== undefined) parseSignature(node.signature.definition)
    })
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new MappingFailure('M1007')
    throw thrown
  }
  for (const node of suspects) {
    const name = String(node.value)
    if (bound.has(name) || names.functions.has(name)) continue
    throw new MappingFailure('M1005', { position: node.position, token: `$${name}` })
  }
  return { tree, mentionsEval }
}

function parsed(source: string): Node {
  try {
    return parse(source)
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new MappingFailure('M1007')
    if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string') {
      throw new MappingFailure(thrown.code, thrown as FailureDetail)
    }
    // The parser builds regular expressions from the source and lets JavaScript's complaint through.
    const message = thrown instanceof Error ? thrown.message : 'The expression cannot be parsed'
    throw new MappingFailure('S0201', { message: `Syntax error: ${message}` })
  }
}

function checkRegex(pattern: RegExp, position: number | undefined): void {
  try {
    regexEngine(pattern)
  } catch (thrown) {
    if (thrown instanceof MappingFailure) throw thrown.at(position, undefined)
    throw thrown
  }
}

/** Calls for every node of the tree, from the outside in. */
function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, see)
    return
  }
  if (value === null || typeof value !== 'object' || value instanceof RegExp) return
  if ('type' in value && typeof value.type === 'string') see(value as Node)
  for (const child of Object.values(value)) visit(child, see)
}

/**
 * The parser turns `a ?: b` into `a ? a : b` with a copy made through JSON, which loses regular expressions. They are
 * taken from the original again.
 */
function restoreRegexes(copy: unknown, original: unknown): void {
  if (isNode(copy) && isNode(original) && copy.type !== original.type) return
  if (Array.isArray(copy) && Array.isArray(original)) {
    for (const [index, item] of copy.entries()) restoreRegexes(item, original[index])
    return
  }
  if (typeof copy !== 'object' || typeof original !== 'object' || copy === null || original === null) return
  const target = copy as Record<string, unknown>
  for (const [key, value] of Object.entries(original)) {
    if (value instanceof RegExp) {
      if (!(target[key] instanceof RegExp)) target[key] = value
    } else restoreRegexes(target[key], value)
  }
}

/** `a ?? b` has its copy of `a` inside a call of `$exists` that stands nowhere in the source. */
const copyOfThen = (condition: Node | undefined): Node | undefined =>
  condition?.type === 'function' && condition.position === undefined ? condition.arguments?.[0] : condition

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

/** How deep brackets that stand before `?:` or `??` are nested in one another. */
function defaultNesting(source: string): number {
  let deepest = 0
  const levels = [0]
  for (let at = 0; at < source.length; at++) {
    const char = source.charAt(at)
    if ('([{'.includes(char)) levels.push(0)
    else if (')]}'.includes(char) && levels.length > 1) {
      const inner = levels.pop() ?? 0
      const level = /^\s*\?[:?]/.test(source.slice(at + 1, at + 40)) ? inner + 1 : inner
      levels[levels.length - 1] = Math.max(levels.at(-1) ?? 0, level)
      deepest = Math.max(deepest, level)
    }
  }
  return deepest
}
