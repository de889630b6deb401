import type { Compile } from '../closures/compile.ts'
import type { Scope } from '../closures/scope.ts'
import type { Closure } from '../runtime.ts'
import type { Node } from '../syntax/tree.ts'
import { left, part } from '../syntax/tree.ts'
import { generateCall, generateTailCall } from './calls.ts'
import type { Lines, Value } from './code.ts'
import { makeUnit, textOf } from './code.ts'
import { generateArray, generateObject } from './constructors.ts'
import type { Mode } from './mode.ts'
import { workingMode } from './mode.ts'
import { generateBinary, generateNegation, literal } from './operators.ts'
import { outputMode } from './output-mode.ts'
import { generatePath } from './paths.ts'
import type { Place } from './place.ts'
import { byClosure, makeContext, NotGenerated } from './place.ts'
import { generateBlock, generateCondition, generateVariable } from './statements.ts'
import { support } from './support.ts'

/** Makes code for a node that is worked with further. */
function generate(node: Node, place: Place): Value {
  if (node.type === 'path') return generatePath(node, place)
  if (node.type === 'bind') throw new NotGenerated('a binding stands inside another expression')
  if (node.predicate !== undefined || node.group !== undefined || node.keepArray === true) return byClosure(node, place)
  switch (node.type) {
    case 'name':
      return generatePath({ type: 'path', steps: [node] }, place)
    case 'string':
    case 'number':
    case 'value':
      return literal(node)
    case 'variable':
      return generateVariable(node, place)
    case 'binary':
      return generateBinary(node, place)
    case 'unary':
      if (node.value === '{') return generateObject(node, place, working)
      return node.value === '[' ? generateArray(node, place, working) : generateNegation(node, place)
    case 'function':
      return generateCall(node, place)
    case 'condition':
      return generateCondition(node, place, working)
    case 'block':
      return generateBlock(node, place, working)
    case 'lambda':
      return node.thunk === true ? generateTailCall(node, place) : byClosure(node, place)
    default:
      return byClosure(node, place)
  }
}

const working: Mode = workingMode(generate)

/** Longer code is not worth its compilation: such a source is data rather than a mapping. */
const codeCharsMax = 400_000

/**
 * Makes a JavaScript function of an expression; undefined if its meaning is out of reach of generated code. Its result is
 * plain output, checked against the limits. Names and texts of the source are in the code as literals only.
 */
export function generateExpression(tree: Node, scope: Scope, compile: Compile): Closure | undefined {
  const bound = new Set<string>()
  if (scope.program.dynamic || !collectBound(tree, bound, undefined)) return undefined
  const unit = makeUnit()
  const lines: Lines = []
  const place: Place = {
    unit,
    lines,
    context: makeContext('input', lines),
    variables: {
      scope,
      up: undefined,
      locals: new Map(),
      pending: new Set(),
      frame: 'frame',
      need: { isFrameNeeded: false },
    },
    program: { generate, compile, bound },
  }
  try {
    const result = outputMode('$', 0).generate(tree, place)
    lines.push(`return ${result.code};`)
  } catch (thrown) {
    if (thrown instanceof NotGenerated) return undefined
    throw thrown
  }
  const text = sourceOf(textOf(lines), unit.constants.length, unit.declarations)
  if (text.length > codeCharsMax) return undefined
  // oxlint-disable-next-line typescript/no-implied-eval -- The text is made here; what comes from the user is in it as JSON literals.
  const make = new Function('support', 'k', 'sites', text) as (...parts: readonly unknown[]) => Closure
  return make(support, unit.constants, unit.sites)
}

function sourceOf(body: string, constants: number, declarations: readonly string[]): string {
  return [
    '"use strict";',
    `const { ${Object.keys(support).join(', ')} } = support;`,
    ...Array.from({ length: constants }, (_, index) => `const k${index} = k[${index}];`),
    ...declarations,
    'return (input, frame) => {',
    'const rt = frame.rt;',
    'const variables = rt.env.variables;',
    'let at = -1;',
    'try {',
    body,
    '} catch (thrown) { throw located(thrown, sites[at]); }',
    '};',
  ].join('\n')
}

/** Collects every name that is bound anywhere. False if a binding stands elsewhere than directly in a block. */
function collectBound(tree: unknown, bound: Set<string>, parent: Node | undefined): boolean {
  if (typeof tree !== 'object' || tree === null || tree instanceof RegExp) return true
  if (Array.isArray(tree)) return tree.every(item => collectBound(item, bound, parent))
  const node = tree as Node
  if (node.type === 'bind') {
    bound.add(String(left(node).value))
    if (parent?.type !== 'block') return false
  }
  if (node.type === 'lambda') for (const parameter of part(node.arguments)) bound.add(String(parameter.value))
  if (node.focus !== undefined) bound.add(node.focus)
  if (node.index !== undefined) bound.add(node.index)
  if (node.type === 'index' && typeof node.value === 'string') bound.add(node.value)
  const next = typeof node.type === 'string' ? node : parent
  return Object.values(node).every(member => collectBound(member, bound, next))
}
