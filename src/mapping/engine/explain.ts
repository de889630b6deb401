import { lineAndColumn, type MappingFailure } from './failure.ts'
import type { Node } from './syntax/tree.ts'
import { parse } from './syntax/tree.ts'

/** A failure for a person at the source: where it is, what stands there, what was found and where that came from. */
export interface Explanation {
  readonly code: string
  readonly message: string
  /** What the message says of this failure, for those who say it in other words. */
  readonly params?: Readonly<Record<string, string>>
  /** Where the part of the source that failed begins and ends, in characters from 0. */
  readonly position?: number
  readonly end?: number
  /** Both from 1. */
  readonly line?: number
  readonly column?: number
  /** The part of the source that failed. */
  readonly expression?: string
  /** The value that did not fit. It may be a person's data: not for logs. */
  readonly value?: unknown
  /** The path in the source that gave this value, e.g. `order.lines.price`. */
  readonly path?: string
}

/** Explains a failure. The source is parsed once more, so this is for the moment when someone asks. */
export function explain(source: string, failure: MappingFailure): Explanation {
  const { code, position, detail } = failure
  const told = {
    code,
    message: failure.text(),
    params: failure.params(),
    ...('value' in detail ? { value: detail.value } : {}),
  }
  if (position === undefined) return told
  const node = nodeAt(source, position)
  const operand = node === undefined ? undefined : operandOf(node, code, detail.index)
  const path = operand === undefined ? undefined : pathText(operand)
  return {
    ...told,
    ...lineAndColumn(source, position),
    ...expressionAt(source, position, node),
    ...(path === undefined ? {} : { path }),
  }
}

/** The call or operator that the parser found at this position. */
function nodeAt(source: string, position: number): Node | undefined {
  try {
    return find(parse(source), position)
  } catch {
    // A source that cannot be parsed has no tree to point into.
    return undefined
  }
}

const placed = new Set(['function', 'binary', 'unary', 'partial', 'apply', 'sort'])

function find(tree: unknown, position: number): Node | undefined {
  if (typeof tree !== 'object' || tree === null || tree instanceof RegExp) return undefined
  const node = tree as Node
  if (node.position === position && placed.has(node.type)) return node
  for (const member of Object.values(node)) {
    const found = find(member, position)
    if (found !== undefined) return found
  }
  return undefined
}

const leftCodes = new Set(['T2001', 'T2003'])
const rightCodes = new Set(['T2002', 'T2004'])

/** The operand or argument that a failure of this code is about. */
function operandOf(node: Node, code: string, index: number | undefined): Node | undefined {
  if (leftCodes.has(code)) return node.lhs as Node
  if (rightCodes.has(code)) return node.rhs
  if (code === 'D1002') return node.expression
  return index === undefined ? undefined : node.arguments?.[index - 1]
}

function pathText(node: Node): string | undefined {
  if (node.type === 'variable') return `$${String(node.value)}`
  if (node.type !== 'path') return undefined
  const names = (node.steps ?? []).map(step =>
    step.type === 'name' ? String(step.value) : step.type === 'variable' ? `$${String(step.value)}` : undefined,
  )
  return names.includes(undefined) ? undefined : names.join('.')
}

const opening = '([{'
const closing = ')]}'

/** The call or operation around a position, up to the brackets and separators that bound it. */
function expressionAt(
  source: string,
  place: number,
  node: Node | undefined,
): Required<Pick<Explanation, 'position' | 'end' | 'expression'>> {
  const isCall = node?.type === 'function' || node?.type === 'partial'
  const from = isCall ? callStart(source, place) : boundary(source, place - 1, -1)
  const text = source.slice(from, boundary(source, place, 1))
  const expression = text.trim()
  const position = from + text.indexOf(expression)
  return { position, end: position + expression.length, expression }
}

/** The parser's position of a call lies behind its opening bracket or its name. */
function callStart(source: string, position: number): number {
  const name = /\$?[\w.]*\s*\(?$/.exec(source.slice(0, position))
  return name === null ? position : position - name[0].length
}

/** Where the expression around a place ends in one direction: at an unmatched bracket, a comma, a semicolon or `:=`. */
function boundary(source: string, start: number, step: 1 | -1): number {
  const [inward, outward] = step === 1 ? [opening, closing] : [closing, opening]
  // Behind the opening bracket of a call, its end is the matching one.
  let depth = step === 1 && source.charAt(start - 1) === '(' ? 1 : 0
  for (let at = start; at >= 0 && at < source.length; at += step) {
    const char = source.charAt(at)
    if (inward.includes(char)) depth++
    else if (outward.includes(char)) {
      if (depth === 0) return step === 1 ? at : at + 1
      depth--
      if (depth === 0 && step === 1 && source.charAt(start - 1) === '(') return at + 1
    } else if (depth === 0 && (',;'.includes(char) || source.slice(at - 1, at + 1) === ':='))
      return step === 1 ? at : at + 1
  }
  return step === 1 ? source.length : 0
}
