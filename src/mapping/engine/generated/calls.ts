import type { FunctionValue } from '../values/function-value.ts'
import { parameterTypes } from '../values/signature.ts'
import type { Node } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'
import type { Kind, Value } from './code.ts'
import { value } from './code.ts'
import { generateLoop, isPlainLambda } from './lambdas.ts'
import { locate, truthOf } from './operators.ts'
import type { Local, Place } from './place.ts'
import { block, byClosure, localOf, variable } from './place.ts'

/** How the result of a call is taken: with sequences of none or one unwrapped, or, in tail position, as it is. */
interface Taking {
  readonly isRaw: boolean
  /** The context that the function is given. */
  readonly context: string
}

/** Makes code for `$f(a, b)`. */
export function generateCall(node: Node, place: Place): Value {
  return callWith(node, place, { isRaw: false, context: place.context.code }) ?? byClosure(node, place)
}

/** Makes code for a call in tail position. One of a function of the mapping is left to whoever called this function. */
export function generateTailCall(node: Node, place: Place): Value {
  const call = part(node.body)
  const name = nameOf(call)
  const local = name === undefined ? undefined : localOf(name, place.variables)
  if (local === undefined) {
    const made = callWith(call, place, { isRaw: true, context: 'null' })
    return made ?? byClosure(node, place)
  }
  const args = argumentsOf(call, place)
  const site = place.unit.site(call.position, name)
  const fn = local.kind === 'value' ? local.value.code : local.asValue
  const code = `new TailCall(${fn}, [${args.map(codeOf).join(', ')}], sites[${site}].position, sites[${site}].token)`
  return value(variable(place, 'v', code), 'any', true)
}

const codeOf = (given: Value): string => given.code

const argumentsOf = (node: Node, place: Place): Value[] =>
  part(node.arguments).map(argument => place.program.generate(argument, place))

function nameOf(node: Node): string | undefined {
  const { procedure } = node
  const isNamed = procedure?.type === 'variable' && procedure.predicate === undefined && procedure.group === undefined
  return isNamed && procedure.value !== '' ? String(procedure.value) : undefined
}

function callWith(node: Node, place: Place, taking: Taking): Value | undefined {
  const name = nameOf(node)
  if (name === undefined) return undefined
  const local = localOf(name, place.variables)
  if (local !== undefined) return callLocal(node, name, local, place)
  if (place.program.bound.has(name)) return undefined
  const builtIn = place.variables.scope.program.functions.get(name)
  return builtIn === undefined ? undefined : callBuiltIn(node, name, builtIn, place, taking)
}

function callLocal(node: Node, name: string, local: Local, place: Place): Value {
  const args = argumentsOf(node, place)
  locate(node, name, place)
  const result = variable(place, 'v')
  if (local.kind === 'value') {
    const list = args.map(({ code, kind }) => (kind === 'any' ? `asArgument(${code})` : code)).join(', ')
    place.lines.push(
      `${result} = normalize(callFunction(${local.value.code}, [${list}], ${place.context.code}, frame));`,
    )
    return value(result, 'any', true)
  }
  const list = args.map(({ code, kind }) => (kind === 'any' ? `asArgument(${code})` : code)).join(', ')
  place.lines.push(
    'if (++rt.depth > rt.limits.depthMax) tooDeep();',
    'if (--rt.stepsToCheck < 0) checkBudget(rt);',
    `${result} = ${local.code}(${list});`,
    `if (${result} instanceof TailCall) ${result} = settle(${result}, ${place.context.code}, frame);`,
    'rt.depth--;',
    `${result} = normalize(${result});`,
  )
  return value(result, 'any', true)
}

const kinds: Readonly<Record<string, Kind>> = { s: 'string', n: 'number', b: 'boolean' }

const kindOf = (fn: FunctionValue): Kind => kinds[/:([snb])>$/.exec(fn.signature?.definition ?? '')?.[1] ?? ''] ?? 'any'

function callBuiltIn(node: Node, name: string, fn: FunctionValue, place: Place, taking: Taking): Value {
  const nodes = part(node.arguments)
  const loop = loops[name]
  if (loop !== undefined && isPlainLambda(nodes[1])) {
    const looped = loop(node, place, taking)
    if (looped !== undefined) return looped
  }
  const args = argumentsOf(node, place)
  locate(node, name, place)
  const callee = place.unit.constant(fn)
  const list = `[${args.map(codeOf).join(', ')}]`
  const checked = `checked(${callee}, ${list}, ${taking.context}, frame)`
  const quick = quickly[name]?.(args) ?? quickCall(fn, callee, args, list, taking)
  const code = quick === undefined ? checked : `${quick.test} ? ${quick.code} : ${checked}`
  const isUnwrapped = fn.isScalar === true || taking.isRaw
  return value(variable(place, 'v', isUnwrapped ? code : `normalize(${code})`), kindOf(fn), true)
}

interface Quick {
  /** True where the arguments are of the usual types. */
  readonly test: string
  readonly code: string
}

const tests: Readonly<Record<string, (code: string) => string>> = {
  s: code => `typeof ${code} === "string"`,
  n: code => `typeof ${code} === "number"`,
  b: code => `typeof ${code} === "boolean"`,
  x: code => `${code} !== undefined && typeof ${code} !== "function"`,
  f: code => `isFunction(${code})`,
  a: code => `isArray(${code})`,
  o: code => `asObject(${code}) !== undefined`,
}

/** The condition under which an argument fits its parameter; undefined if that is not seen at a glance. */
function testOf(type: string, { code, kind, isOptional }: Value): string | undefined {
  if (!isOptional && kind !== 'any' && (type === 'x' || kinds[type] === kind)) return 'true'
  const choices = type
    .replaceAll(/[()]/g, '')
    .split('')
    .map(letter => tests[letter]?.(code))
  if (type === 'a<n>') return `areNumbers(${code}, rt)`
  if (type === 'a<s>') return `areStrings(${code}, rt)`
  return choices.includes(undefined) ? undefined : `(${choices.join(' || ')})`
}

/** A call without the check of the signature, for arguments that are seen to fit it. */
function quickCall(fn: FunctionValue, callee: string, args: readonly Value[], list: string, taking: Taking) {
  const parameters = fn.signature === undefined ? undefined : parameterTypes(fn.signature.definition, args.length)
  if (parameters === undefined || args.length > parameters.length) return undefined
  const conditions: string[] = []
  for (const [index, { type, isOptional, isContext }] of parameters.entries()) {
    const arg = args[index]
    if (arg === undefined) {
      if (!isOptional || isContext) return undefined
      continue
    }
    const test = testOf(type, arg)
    if (test === undefined) return undefined
    if (test !== 'true') conditions.push(test)
  }
  const quick: Quick = { test: conditions.join(' && ') || 'true', code: `${callee}(${list}, frame, ${taking.context})` }
  return quick
}

/** Functions that are an operation of JavaScript for the usual type of argument. */
const quickly: Readonly<Record<string, (args: readonly Value[]) => Quick | undefined>> = {
  lowercase: ([text, more]) => ofText(text, more, code => `${code}.toLowerCase()`),
  uppercase: ([text, more]) => ofText(text, more, code => `${code}.toUpperCase()`),
  trim: ([text, more]) => ofText(text, more, code => `trim(${code})`),
  string: ([given, more]) =>
    given === undefined || more !== undefined
      ? undefined
      : {
          test: `typeof ${given.code} === "string" || Number.isSafeInteger(${given.code})`,
          code: `String(${given.code})`,
        },
  exists: ([given, more]) =>
    given === undefined || more !== undefined ? undefined : { test: 'true', code: `${given.code} !== undefined` },
  not: ([given, more]) =>
    given === undefined || more !== undefined
      ? undefined
      : { test: `${given.code} !== undefined && typeof ${given.code} !== "function"`, code: `!(${truthOf(given)})` },
  boolean: ([given, more]) =>
    given === undefined || more !== undefined
      ? undefined
      : { test: `${given.code} !== undefined && typeof ${given.code} !== "function"`, code: truthOf(given) },
  count: ([given, more]) =>
    given === undefined || more !== undefined
      ? undefined
      : { test: `isArray(${given.code})`, code: `${given.code}.length` },
  sum: ([given, more]) =>
    given === undefined || more !== undefined
      ? undefined
      : { test: `areNumbers(${given.code}, rt)`, code: `sumOf(${given.code})` },
  lookup: ([object, key, more]) =>
    object === undefined || key === undefined || more !== undefined || (key.kind !== 'string' && key.kind !== 'any')
      ? undefined
      : {
          test: `typeof ${key.code} === "string" && asObject(${object.code}) !== undefined`,
          code: `member(${object.code}, ${key.code})`,
        },
}

function ofText(text: Value | undefined, more: Value | undefined, make: (code: string) => string): Quick | undefined {
  if (text === undefined || more !== undefined) return undefined
  return { test: `typeof ${text.code} === "string"`, code: make(text.code) }
}

type Loop = (node: Node, place: Place, taking: Taking) => Value | undefined

/** Higher-order functions with a function written right there are loops. */
const loops: Readonly<Record<string, Loop>> = {
  map: (node, place, taking) =>
    gather(node, place, taking, (made, _item, results, inner) =>
      inner.lines.push(`if (${made.code} !== undefined) ${results}.push(${made.code});`),
    ),
  filter: (node, place, taking) =>
    gather(node, place, taking, (made, item, results, inner) =>
      inner.lines.push(`if (${truthOf(made)}) ${results}.push(${item});`),
    ),
}

function gather(
  node: Node,
  place: Place,
  taking: Taking,
  each: (made: Value, item: string, results: string, inner: Place) => void,
): Value | undefined {
  const [listNode, lambda, more] = part(node.arguments)
  if (listNode === undefined || lambda === undefined || more !== undefined) return undefined
  const list = place.program.generate(listNode, place)
  const result = variable(place, 'v')
  block(place, `if (${list.code} !== undefined)`, inner => {
    const results = variable(inner, 'f', '[]')
    generateLoop(list, lambda, inner, (made, item, deeper) => each(made, item, results, deeper))
    const sequence = `sequenceFrom(${results}, rt)`
    inner.lines.push(`${result} = ${taking.isRaw ? sequence : `normalize(${sequence})`};`)
  })
  return value(result, 'any', true)
}
