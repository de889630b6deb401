import type { Node, Pair } from '../syntax/tree.ts'
import { pairs, part } from '../syntax/tree.ts'
import type { Value } from './code.ts'
import { quoted, value } from './code.ts'
import type { Mode } from './mode.ts'
import type { Context, Place } from './place.ts'
import { block, byClosure, inside, variable } from './place.ts'

/** The keys of an object constructor, if they are all different literal texts and none is special to JavaScript. */
export function literalKeys(node: Node): readonly string[] | undefined {
  const keys: string[] = []
  for (const [key] of pairs(node)) {
    if (key.type !== 'string' || typeof key.value !== 'string') return undefined
    if (key.predicate !== undefined || key.group !== undefined) return undefined
    keys.push(key.value)
  }
  return new Set(keys).size === keys.length && !keys.includes('__proto__') ? keys : undefined
}

/**
 * Makes code for `{…}` with literal keys. Objects of one constructor come from one JavaScript constructor with a place
 * for each member, which is the quickest way to make them; a member that is nothing is left out.
 */
export function generateObject(node: Node, place: Place, mode: Mode): Value {
  const keys = literalKeys(node)
  if (keys === undefined) return byClosure(node, place)
  const inner = inside(place, place.lines, mergedContext(place))
  const values = pairs(node).map(([, member]: Pair, index) => mode.member(`.${keys[index]}`).generate(member, inner))
  const shape = shapeOf(keys, values, place)
  return value(variable(place, 'v', `new ${shape}(${values.map(made => made.code).join(', ')})`), 'object', false)
}

/** A constructor over several items is evaluated once on all of them together; over one, on that one. */
function mergedContext(place: Place): Context {
  const { code } = place.context
  const merged = variable(place, 'c', `isArray(${code}) ? mergeItems(${code}, rt) : ${code}`)
  // The same members are read from it: in the one case it is the same object, in the other they were not found.
  return { ...place.context, code: merged }
}

function shapeOf(keys: readonly string[], values: readonly Value[], place: Place): string {
  const { unit } = place
  const name = unit.fresh('Shape')
  const parameters = keys.map((_, index) => `p${index}`)
  unit.declarations.push(
    `function ${name}(${parameters.join(', ')}) {`,
    ...keys.map((key, index) => {
      const set = `this[${quoted(key)}] = p${index};`
      return values[index]?.isOptional === false ? set : `if (p${index} !== undefined) ${set}`
    }),
    `}`,
    `${name}.prototype = Object.prototype;`,
  )
  return name
}

/** Makes code for `[…]`. */
export function generateArray(node: Node, place: Place, mode: Mode): Value {
  const items = part(node.expressions)
  const result = variable(place, 'a', '[]')
  for (const [index, item] of items.entries()) {
    const made = mode.member(`[${index}]`).generate(item, place)
    const isWhole = item.value === '[' || made.kind !== 'any'
    const push = isWhole ? `${result}.push(${made.code});` : `pushAll(${result}, ${made.code}, rt);`
    if (made.isOptional && isWhole) block(place, `if (${made.code} !== undefined)`, inner => inner.lines.push(push))
    else place.lines.push(push)
  }
  if (node.consarray === true) place.lines.push(`${result}.cons = true;`)
  return value(result, 'any', false)
}
