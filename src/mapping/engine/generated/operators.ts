import type { Node } from '../syntax/tree.ts'
import { left, part } from '../syntax/tree.ts'
import type { Value } from './code.ts'
import { quoted, value } from './code.ts'
import type { Place } from './place.ts'
import { block, byClosure, variable } from './place.ts'

const literalTypes = new Set(['string', 'number', 'value'])
const isBare = (node: Node): boolean => node.predicate === undefined && node.group === undefined
const isLiteral = (node: Node): boolean => literalTypes.has(node.type) && isBare(node)

/** A literal as generated code writes it. */
export function literal(node: Node): Value {
  const { value: held } = node
  if (typeof held === 'string') return value(quoted(held), 'string', false)
  if (typeof held === 'number') return value(`(${Object.is(held, -0) ? '-0' : String(held)})`, 'number', false)
  if (typeof held === 'boolean') return value(String(held), 'boolean', false)
  return value('null', 'null', false)
}

/** A condition of generated code that is true where the value counts as true. */
export function truthOf(given: Value): string {
  if (given.kind === 'boolean') return given.isOptional ? `${given.code} === true` : given.code
  if (given.kind === 'string' && !given.isOptional) return `${given.code} !== ""`
  return `truthy(${given.code}, rt)`
}

/** Makes code for a binary operator. */
export function generateBinary(node: Node, place: Place): Value {
  const operator = String(node.value)
  switch (operator) {
    case 'and':
    case 'or':
      return generateLogic(node, operator, place)
    case '=':
    case '!=':
      return generateEquality(node, operator === '=', place)
    case 'in':
      return generateIn(node, place)
    case '&':
      return generateConcatenation(node, place)
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return generateArithmetic(node, operator, place)
    case '<':
    case '<=':
    case '>':
    case '>=':
      return generateComparison(node, operator, place)
    default:
      return byClosure(node, place)
  }
}

function sides(node: Node, place: Place): readonly [Value, Value] {
  const first = place.program.generate(left(node), place)
  return [first, place.program.generate(part(node.rhs), place)]
}

/** From here on a failure belongs to this node. */
export function locate(node: Node, token: string | undefined, place: Place): void {
  place.lines.push(`at = ${place.unit.site(node.position, token)};`)
}

function generateLogic(node: Node, operator: 'and' | 'or', place: Place): Value {
  const first = place.program.generate(left(node), place)
  locate(node, operator, place)
  const result = variable(place, 'b', truthOf(first))
  block(place, `if (${operator === 'and' ? '' : '!'}${result})`, inner => {
    const second = inner.program.generate(part(node.rhs), inner)
    locate(node, operator, inner)
    inner.lines.push(`${result} = ${truthOf(second)};`)
  })
  return value(result, 'boolean', false)
}

function generateEquality(node: Node, isEqual: boolean, place: Place): Value {
  const [a, b] = sides(node, place)
  if (isLiteral(part(node.rhs)) || isLiteral(left(node))) {
    const [given, constant] = isLiteral(part(node.rhs)) ? [a, b] : [b, a]
    const code = isEqual
      ? `${given.code} === ${constant.code}`
      : `${given.code} !== undefined && ${given.code} !== ${constant.code}`
    return value(variable(place, 'b', code), 'boolean', false)
  }
  const both = `${a.code} !== undefined && ${b.code} !== undefined`
  const equal = `(${a.code} === ${b.code} || (typeof ${a.code} === "object" && deepEqual(${a.code}, ${b.code}, rt)))`
  return value(variable(place, 'b', `${both} && ${isEqual ? '' : '!'}${equal}`), 'boolean', false)
}

function generateIn(node: Node, place: Place): Value {
  const list = part(node.rhs)
  const items = list.expressions ?? []
  const isLiterals = list.type === 'unary' && list.value === '[' && isBare(list) && items.every(isLiteral)
  const given = place.program.generate(left(node), place)
  if (isLiterals && items.length > 0 && items.length <= 16) {
    const tests = items.map(item => `${given.code} === ${literal(item).code}`)
    return value(variable(place, 'b', tests.join(' || ')), 'boolean', false)
  }
  const searched = place.program.generate(list, place)
  return value(variable(place, 'b', `isIn(${given.code}, ${searched.code}, rt)`), 'boolean', false)
}

function generateConcatenation(node: Node, place: Place): Value {
  const [a, b] = sides(node, place)
  locate(node, '&', place)
  return value(variable(place, 'v', `concatenate(${a.code}, ${b.code}, rt)`), 'string', false)
}

/** `x - x` is 0 for every number but those that JSON cannot hold. */
const isFiniteNumber = ({ code }: Value): string => `typeof ${code} === "number" && ${code} - ${code} === 0`

function generateArithmetic(node: Node, operator: string, place: Place): Value {
  const [a, b] = sides(node, place)
  locate(node, operator, place)
  const quick = `${isFiniteNumber(a)} && ${isFiniteNumber(b)}`
  const slow = `operate(${quoted(operator)}, ${a.code}, ${b.code}, rt)`
  const code = `${quick} ? ${a.code} ${operator} ${b.code} : ${slow}`
  return value(variable(place, 'v', code), 'number', true)
}

function generateComparison(node: Node, operator: string, place: Place): Value {
  const [a, b] = sides(node, place)
  locate(node, operator, place)
  const quick = `typeof ${a.code} === "number" && typeof ${b.code} === "number"`
  const slow = `operate(${quoted(operator)}, ${a.code}, ${b.code}, rt)`
  const code = `${quick} ? ${a.code} ${operator} ${b.code} : ${slow}`
  return value(variable(place, 'v', code), 'boolean', true)
}

/** Makes code for the unary minus. */
export function generateNegation(node: Node, place: Place): Value {
  const operand = place.program.generate(part(node.expression), place)
  locate(node, String(node.value), place)
  const code = `${isFiniteNumber(operand)} ? -${operand.code} : negate(${operand.code})`
  return value(variable(place, 'v', code), 'number', true)
}
