import type { Node } from '../syntax/tree.ts'
import type { Value } from './code.ts'
import { quoted, value } from './code.ts'
import { generateArray, generateObject, literalKeys } from './constructors.ts'
import type { Mode } from './mode.ts'
import { generateObjects } from './paths.ts'
import type { Place } from './place.ts'
import { variable } from './place.ts'
import { generateBlock, generateCondition } from './statements.ts'

/**
 * Makes values that go into the output as they are: what `plainOutput` would check afterwards is checked on the way, so
 * that no second walk over the result is needed. `path` is where the value stands in the output.
 */
export function outputMode(path: string, depth: number): Mode {
  const mode: Mode = {
    generate(node, place) {
      const isBare = node.predicate === undefined && node.group === undefined && node.keepArray !== true
      if (isBare && node.type === 'unary' && node.value === '{' && literalKeys(node) !== undefined) {
        const made = generateObject(node, place, mode)
        place.lines.push(`rt.outputBytes += ${4 + keyBytes(node)};`)
        return made
      }
      if (isBare && node.type === 'unary' && node.value === '[' && node.consarray !== true) {
        place.lines.push('rt.outputBytes += 4;')
        return generateArray(node, place, mode)
      }
      if (isBare && node.type === 'condition') return generateCondition(node, place, mode)
      if (isBare && node.type === 'block') return generateBlock(node, place, mode)
      return generateObjects(node, place, mode) ?? mode.ready(place.program.generate(node, place), place)
    },
    ready: (given, place) => checkedOutput(given, path, depth, place),
    member: key => outputMode(path + key, depth + 1),
  }
  return mode
}

const keyBytes = (node: Node): number => (literalKeys(node) ?? []).reduce((sum, key) => sum + key.length + 4, 0)

function checkedOutput(given: Value, path: string, depth: number, place: Place): Value {
  const { code, kind } = given
  if (kind === 'boolean' || kind === 'null') {
    place.lines.push('rt.outputBytes += 5;')
    return given
  }
  const slow = `plain(${code}, ${quoted(path)}, ${depth}, rt)`
  if (kind === 'number') {
    place.lines.push(`if (${code} !== undefined) plainNumber(${code}, rt);`)
    return given
  }
  const quick = `typeof ${code} === "string" ? plainText(${code}, rt) : `
  const rest = given.isOptional ? `${code} === undefined ? undefined : ${slow}` : slow
  return value(variable(place, 'v', `${quick}${rest}`), kind, given.isOptional)
}
