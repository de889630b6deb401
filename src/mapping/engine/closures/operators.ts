import type { Compile } from './compile.ts'
import { MappingFailure } from '../failure.ts'
import type { Closure, Runtime } from '../runtime.ts'
import { charge, chargeItems, tick } from '../runtime.ts'
import type { Scope } from './scope.ts'
import { createSequence, isArray } from '../values/sequence.ts'
import type { Node } from '../syntax/tree.ts'
import { left, part } from '../syntax/tree.ts'
import { stringOf } from '../values/json.ts'
import { deepEqual, isNumeric, truthy } from '../values/values.ts'

type Operator = (left: unknown, right: unknown, rt: Runtime) => unknown

const arithmetic =
  (compute: (a: number, b: number) => number): Operator =>
  (a, b) => {
    if (a !== undefined && !isNumeric(a)) throw new MappingFailure('T2001', { value: a })
    if (b !== undefined && !isNumeric(b)) throw new MappingFailure('T2002', { value: b })
    return a === undefined || b === undefined ? undefined : compute(a, b)
  }

const isOrdered = (value: unknown): value is string | number | undefined =>
  value === undefined || typeof value === 'string' || typeof value === 'number'

const comparison =
  (compare: (a: string | number, b: string | number) => boolean): Operator =>
  (a, b) => {
    if (!isOrdered(a) || !isOrdered(b)) throw new MappingFailure('T2010', { value: isOrdered(a) ? b : a })
    if (a === undefined || b === undefined) return undefined
    if (typeof a !== typeof b) throw new MappingFailure('T2009', { value: a, value2: b })
    return compare(a, b)
  }

/** Longest string `&` may make: one string must not eat the memory by doubling. */
const concatCharsMax = 16 * 1_048_576

export const concatenate: Operator = (a, b, rt) => {
  const first = a === undefined ? '' : stringOf(a, rt)
  const second = b === undefined ? '' : stringOf(b, rt)
  // A join of two strings copies nothing, so appending costs what is appended and doubling costs the double.
  charge(rt, Math.min(first.length, second.length))
  if (first.length + second.length > concatCharsMax) throw new MappingFailure('M1002', { value: concatCharsMax })
  return first + second
}

const rangeSizeMax = 1e7

const range: Operator = (from, to, rt) => {
  if (from !== undefined && !Number.isInteger(from)) throw new MappingFailure('T2003', { value: from })
  if (to !== undefined && !Number.isInteger(to)) throw new MappingFailure('T2004', { value: to })
  if (typeof from !== 'number' || typeof to !== 'number' || from > to) return undefined
  const size = to - from + 1
  if (size > rangeSizeMax) throw new MappingFailure('D2014', { value: size })
  chargeItems(rt, size)
  const result = createSequence()
  for (let index = 0; index < size; index++) {
    tick(rt)
    result.push(from + index)
  }
  return result
}

export const isIn: Operator = (value, list, rt) => {
  if (value === undefined || list === undefined) return false
  if (!isArray(list)) return list === value
  for (const item of list) {
    tick(rt)
    if (item === value) return true
  }
  return false
}

const operators: Readonly<Record<string, Operator>> = {
  '+': arithmetic((a, b) => a + b),
  '-': arithmetic((a, b) => a - b),
  '*': arithmetic((a, b) => a * b),
  '/': arithmetic((a, b) => a / b),
  '%': arithmetic((a, b) => a % b),
  '=': (a, b, rt) => a !== undefined && b !== undefined && deepEqual(a, b, rt),
  '!=': (a, b, rt) => a !== undefined && b !== undefined && !deepEqual(a, b, rt),
  '<': comparison((a, b) => a < b),
  '<=': comparison((a, b) => a <= b),
  '>': comparison((a, b) => a > b),
  '>=': comparison((a, b) => a >= b),
  '&': concatenate,
  '..': range,
  in: isIn,
}

/** Applies an operator to two values that are there already. */
export function operate(token: string, a: unknown, b: unknown, rt: Runtime): unknown {
  return operators[token]?.(a, b, rt)
}

/** Compiles a binary operator. `and` and `or` leave out the right side where the left decides. */
export function compileBinary(node: Node, scope: Scope, compile: Compile): Closure {
  const first = compile(left(node), scope)
  const second = compile(part(node.rhs), scope)
  const token = String(node.value)
  const { position } = node
  if (token === 'and') {
    return located(
      position,
      token,
      (input, frame) => truthy(first(input, frame), frame.rt) && truthy(second(input, frame), frame.rt),
    )
  }
  if (token === 'or') {
    return located(
      position,
      token,
      (input, frame) => truthy(first(input, frame), frame.rt) || truthy(second(input, frame), frame.rt),
    )
  }
  const literal = literalSide(node)
  if (literal !== undefined) return compareLiteral(first, literal.value, token === '=')
  const operate = operators[token]
  if (operate === undefined) return () => undefined
  return (input, frame) => {
    const a = first(input, frame)
    const b = second(input, frame)
    try {
      return operate(a, b, frame.rt)
    } catch (thrown) {
      if (thrown instanceof MappingFailure) thrown.at(position, token)
      throw thrown
    }
  }
}

/** The right side of `=` or `!=`, if it is a literal: by far the most common comparison, and a simple one. */
function literalSide(node: Node): { readonly value: unknown } | undefined {
  const right = part(node.rhs)
  const isLiteral = right.type === 'string' || right.type === 'number' || right.type === 'value'
  const isBare = right.predicate === undefined && right.group === undefined
  return (node.value === '=' || node.value === '!=') && isLiteral && isBare ? { value: right.value } : undefined
}

function compareLiteral(operand: Closure, literal: unknown, isEqual: boolean): Closure {
  if (isEqual) return (input, frame) => operand(input, frame) === literal
  return (input, frame) => {
    const value = operand(input, frame)
    return value !== undefined && value !== literal
  }
}

function located(position: number | undefined, token: string, closure: Closure): Closure {
  return (input, frame) => {
    try {
      return closure(input, frame)
    } catch (thrown) {
      if (thrown instanceof MappingFailure) thrown.at(position, token)
      throw thrown
    }
  }
}

/** Compiles the unary minus. */
export function compileNegation(node: Node, scope: Scope, compile: Compile): Closure {
  const operand = compile(part(node.expression), scope)
  return (input, frame) => {
    try {
      return negate(operand(input, frame))
    } catch (thrown) {
      if (thrown instanceof MappingFailure) thrown.at(node.position, String(node.value))
      throw thrown
    }
  }
}

export function negate(value: unknown): number | undefined {
  if (value === undefined) return undefined
  if (isNumeric(value)) return -value
  throw new MappingFailure('D1002', { value })
}
