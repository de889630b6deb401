import type { Node } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'
import type { Lines, Value } from './code.ts'
import { value } from './code.ts'
import type { Place } from './place.ts'
import { inside, variable } from './place.ts'
import { bindFunction, bindLocal, closeVariables, openVariables } from './variables.ts'

const parametersOf = (lambda: Node): string[] => part(lambda.arguments).map(parameter => String(parameter.value))

/** True for a function whose code can stand in the generated code: no signature to check, no name twice. */
export function isPlainLambda(node: Node | undefined): node is Node {
  if (node?.type !== 'lambda' || node.thunk === true || node.signature !== undefined) return false
  if (node.predicate !== undefined || node.group !== undefined) return false
  const names = parametersOf(node)
  return new Set(names).size === names.length
}

/** Makes a JavaScript function of `$name := function(…){…}`. Undefined if it cannot be one. */
export function generateFunction(name: string, node: Node, place: Place): { readonly asValue: string } | undefined {
  if (!isPlainLambda(node)) return undefined
  const { unit } = place
  const code = unit.fresh('fn')
  const asValue = unit.fresh('lambda')
  const names = parametersOf(node)
  const parameters = names.map(() => unit.fresh('a'))
  const lines: Lines = ['let at = -1;']
  const body: Lines = []
  place.lines.push(
    `function ${code}(${parameters.join(', ')}) {`,
    lines,
    'try {',
    body,
    '} catch (thrown) { throw located(thrown, sites[at]); }',
    '}',
    `const ${asValue} = lambdaOf((args) => ${code}(${parameters.map((_, index) => `args[${index}]`).join(', ')}), ${names.length});`,
  )
  bindFunction(name, code, asValue, place)
  const result = generateBody(
    node,
    parameters.map(parameter => value(parameter, 'any', true)),
    inside(place, body),
  )
  body.push(`return ${result.code};`)
  return { asValue }
}

/** Makes code for the body of a function whose parameters have these values. */
export function generateBody(node: Node, given: readonly Value[], place: Place): Value {
  const names = parametersOf(node)
  const variables = openVariables(place, names)
  const inner: Place = { ...place, variables }
  for (const [index, name] of names.entries()) bindLocal(name, given[index] ?? value('undefined', 'any', true), inner)
  const result = inner.program.generate(part(node.body), inner)
  closeVariables(variables)
  return result
}

/** `$map(list, function…)` and its like, as a loop. `each` says what is done with the function's result for an item. */
export function generateLoop(
  list: Value,
  lambda: Node,
  place: Place,
  each: (made: Value, item: string, inner: Place) => void,
): void {
  const { unit } = place
  const items = unit.fresh('l')
  const index = unit.fresh('i')
  const item = unit.fresh('e')
  const lines: Lines = ['if (--rt.stepsToCheck < 0) checkBudget(rt);', `const ${item} = ${items}[${index}];`]
  const inner = inside(place, lines)
  const made = generateBody(
    lambda,
    [value(item, 'any', true), value(index, 'number', false), value(items, 'any', false)],
    inner,
  )
  each(settled(made, inner), item, inner)
  place.lines.push(
    'if (++rt.depth > rt.limits.depthMax) tooDeep();',
    `const ${items} = isArray(${list.code}) ? ${list.code} : [${list.code}];`,
    `for (let ${index} = 0; ${index} < ${items}.length; ${index}++) {`,
    lines,
    '}',
    'rt.depth--;',
  )
}

/** The result of a function's body, which may have ended in a call that is still to be made. */
export function settled(made: Value, place: Place): Value {
  if (made.kind !== 'any') return made
  const code = `${made.code} instanceof TailCall ? settle(${made.code}, null, frame) : ${made.code}`
  return value(variable(place, 'v', code), 'any', true)
}
