import { compileArray, compileObject } from './constructors.ts'
import { compileApply, compileCall, isBareCall } from './call.ts'
import { compileFilter } from './filter.ts'
import { compileGroup } from './group.ts'
import { compileLambda, compileThunk } from './lambda.ts'
import { compileBinary, compileNegation } from './operators.ts'
import { compilePartial } from './partial.ts'
import { compilePath, isPlainPath } from './path.ts'
import { compileRegex } from './regex-value.ts'
import type { Closure } from '../runtime.ts'
import type { Scope } from './scope.ts'
import { compileRead } from './scope.ts'
import { isSequence, normalize } from '../values/sequence.ts'
import { compileBind, compileBlock, compileCondition } from './statements.ts'
import type { Node } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'
import { compileTransform } from './transform.ts'
import { compileDescendants, compileName, compileWildcard } from './steps.ts'

/** Compiles one node in a scope. Handed to the compilers of the single constructs, so that they need not import this file. */
export type Compile = (node: Node, scope: Scope) => Closure

/**
 * Compiles an expression to a closure with the meaning the reference's `evaluate` gives it: the construct itself, then
 * its predicates, its grouping, and the unwrapping of sequences of none or one.
 */
export const compile: Compile = (node, scope) => {
  let closure = compileConstruct(node, scope)
  for (const stage of node.predicate ?? []) {
    const filter = compileFilter(part(stage.expr), scope, compile)
    const items = closure
    closure = (input, frame) => filter(items(input, frame), frame)
  }
  if (node.type !== 'path' && node.group !== undefined) {
    const group = compileGroup(node.group, scope, compile)
    const items = closure
    closure = (input, frame) => group(items(input, frame), frame)
  }
  return unwrapped(closure, node)
}

/** Constructs that never give a sequence, or unwrap it themselves. */
const unwrappedAlready = new Set([
  'string',
  'number',
  'value',
  'regex',
  'lambda',
  'transform',
  'condition',
  'block',
  'bind',
])

/** Operators and constructors give no sequences, but for the range. */
const isScalarOperator = (node: Node): boolean =>
  (node.type === 'binary' && node.value !== '..') || (node.type === 'unary' && node.value !== '[')

function unwrapped(closure: Closure, node: Node): Closure {
  if (node.keepArray === true) {
    return (input, frame) => {
      const result = closure(input, frame)
      if (isSequence(result) && result.tupleStream !== true) result.keepSingleton = true
      return normalize(result)
    }
  }
  const isPlain = node.predicate === undefined && node.group === undefined
  if (isPlain && (unwrappedAlready.has(node.type) || isScalarOperator(node) || isPlainPath(node) || isBareCall(node)))
    return closure
  return (input, frame) => normalize(closure(input, frame))
}

function compileConstruct(node: Node, scope: Scope): Closure {
  switch (node.type) {
    case 'path':
      return compilePath(node, scope, compile)
    case 'name':
      return compileName(String(node.value))
    case 'string':
    case 'number':
    case 'value': {
      const { value } = node
      return () => value
    }
    case 'variable':
      return compileVariable(String(node.value), scope)
    case 'binary':
      return compileBinary(node, scope, compile)
    case 'unary':
      return compileUnary(node, scope)
    case 'function':
      return compileCall(node, scope, compile)
    case 'condition':
      return compileCondition(node, scope, compile)
    case 'block':
      return compileBlock(node, scope, compile)
    case 'bind':
      return compileBind(node, scope, compile)
    case 'lambda':
      return node.thunk === true ? compileThunk(node, scope, compile) : compileLambda(node, scope, compile)
    case 'partial':
      return compilePartial(node, scope, compile)
    case 'apply':
      return compileApply(node, scope, compile)
    case 'regex':
      return compileRegex(node)
    case 'transform':
      return compileTransform(node, scope, compile)
    case 'wildcard':
      return compileWildcard()
    case 'descendant':
      return compileDescendants()
    case 'parent':
      return compileRead(part(node.slot).label, scope)
    default:
      // The reference evaluates anything else, such as a stray `?`, to nothing.
      return () => undefined
  }
}

function compileVariable(name: string, scope: Scope): Closure {
  if (name !== '') return compileRead(name, scope)
  return input => (Array.isArray(input) && 'outerWrapper' in input && input.outerWrapper === true ? input[0] : input)
}

function compileUnary(node: Node, scope: Scope): Closure {
  if (node.value === '[') return compileArray(node, scope, compile)
  if (node.value === '{') return compileObject(node, scope, compile)
  return compileNegation(node, scope, compile)
}
