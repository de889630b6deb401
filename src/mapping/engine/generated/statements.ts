import type { Node } from '../syntax/tree.ts'
import { left, part } from '../syntax/tree.ts'
import type { Value } from './code.ts'
import { nothingValue, quoted, value } from './code.ts'
import { isInherited } from './facts.ts'
import { generateFunction } from './lambdas.ts'
import { truthOf } from './operators.ts'
import type { Mode } from './mode.ts'
import type { Place } from './place.ts'
import { bindLocal, closeVariables, openVariables } from './variables.ts'
import { block, byClosure, localOf, NotGenerated, variable } from './place.ts'

/** Makes code for `(a; b; c)`. Variables of the block are variables of the code, and of a frame only if a closure asks. */
export function generateBlock(node: Node, place: Place, mode: Mode): Value {
  const expressions = part(node.expressions)
  const names = expressions.filter(one => one.type === 'bind').map(one => String(left(one).value))
  if (names.length === 0)
    return (
      expressions.map((one, at) => generateOne(one, at === expressions.length - 1, place, mode)).at(-1) ?? nothingValue
    )
  if (new Set(names).size < names.length) throw new NotGenerated('a variable is bound twice')
  const variables = openVariables(place, names)
  const inner: Place = { ...place, variables }
  let result = nothingValue
  for (const [at, expression] of expressions.entries()) {
    result = generateOne(expression, at === expressions.length - 1, inner, mode)
  }
  closeVariables(variables)
  return result
}

function generateOne(node: Node, isLast: boolean, place: Place, mode: Mode): Value {
  if (node.type === 'bind') {
    const bound = generateBind(node, place)
    return isLast ? mode.ready(bound, place) : bound
  }
  return isLast ? mode.generate(node, place) : place.program.generate(node, place)
}

function generateBind(node: Node, place: Place): Value {
  const name = String(left(node).value)
  const right = part(node.rhs)
  if (right.type === 'lambda') {
    const made = generateFunction(name, right, place)
    if (made !== undefined) {
      return value(made.asValue, 'any', false)
    }
  }
  const bound = place.program.generate(right, place)
  // Reading a variable unwraps once more: what a function gives for one item may be such a sequence itself.
  const read = bound.kind === 'any' ? value(variable(place, 'v', `normalize(${bound.code})`), 'any', true) : bound
  bindLocal(name, read, place)
  return bound
}

/** Makes code for reading a variable. */
export function generateVariable(node: Node, place: Place): Value {
  const name = String(node.value)
  const { code } = place.context
  if (name === '') {
    return value(
      variable(place, 'v', `isArray(${code}) && ${code}.outerWrapper === true ? ${code}[0] : ${code}`),
      'any',
      true,
    )
  }
  if (name === '$') return value('rt.root', 'any', true)
  const local = localOf(name, place.variables)
  if (local?.kind === 'value') return local.value
  if (local?.kind === 'function') return value(local.asValue, 'any', false)
  const { functions } = place.variables.scope.program
  if (place.program.bound.has(name) || isInherited(name)) return byClosure(node, place)
  const builtIn = functions.get(name)
  if (builtIn !== undefined) return value(place.unit.constant(builtIn), 'any', false)
  return value(variable(place, 'v', `variables === undefined ? undefined : variables[${quoted(name)}]`), 'any', true)
}

/** Makes code for `a ? b : c`; `a ?: b` and `a ?? b` arrive in this form, with `a` in it twice. */
export function generateCondition(node: Node, place: Place, mode: Mode): Value {
  const result = variable(place, 'v')
  const then = part(node.then)
  const shared = sharedTest(node, then)
  const assign = (made: Value, inner: Place): void => void inner.lines.push(`${result} = ${made.code};`)
  const kinds: Value[] = []
  const branch = (taken: Node, inner: Place): void => {
    const made = mode.generate(taken, inner)
    kinds.push(made)
    assign(made, inner)
  }
  let test: string
  if (shared === undefined) test = truthOf(place.program.generate(part(node.condition), place))
  else {
    const given = place.program.generate(then, place)
    test = shared === 'exists' ? `${given.code} !== undefined` : truthOf(given)
    // What was tested is the result: it is not evaluated again.
    block(place, `if (${test})`, inner => {
      const made = mode.ready(given, inner)
      kinds.push(made)
      assign(made, inner)
    })
  }
  if (shared === undefined) block(place, `if (${test})`, inner => branch(then, inner))
  const otherwise = node.else
  if (otherwise !== undefined) block(place, 'else', inner => branch(otherwise, inner))
  const [first] = kinds
  const isSame = first !== undefined && kinds.every(made => made.kind === first.kind)
  const isOptional = otherwise === undefined || kinds.some(made => made.isOptional)
  return value(result, isSame ? first.kind : 'any', isOptional)
}

const simpleTypes = new Set(['path', 'name', 'string', 'number', 'value', 'variable', 'binary', 'unary'])

function isSimpleTree(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return true
  if (Array.isArray(part)) return part.every(isSimpleTree)
  const { type } = part as { type?: unknown }
  if (typeof type === 'string' && type !== 'filter' && !simpleTypes.has(type)) return false
  return Object.values(part).every(isSimpleTree)
}

/** How the condition tests the very value that follows it: by truth (`?:`) or by being there (`??`). */
function sharedTest(node: Node, then: Node): 'truth' | 'exists' | undefined {
  if (!isSimpleTree(then)) return undefined
  const condition = part(node.condition)
  const text = JSON.stringify(then)
  if (JSON.stringify(condition) === text) return 'truth'
  const isExists =
    condition.type === 'function' && condition.position === undefined && condition.procedure?.value === 'exists'
  return isExists && JSON.stringify(condition.arguments?.[0]) === text ? 'exists' : undefined
}
