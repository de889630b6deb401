import type { Callee, Flow, Kind, Members } from './flow.ts'
import {
  allReads,
  anything,
  canBe,
  decided,
  either,
  flowOf,
  isAnything,
  itemsOf,
  listOf,
  madeOf,
  nothing,
  orNothing,
  severalOf,
  without,
} from './flow.ts'

/** What calls of the language's own functions give, by name, where more is known than the signature says. */
export type Native = (args: readonly Flow[], position: number | undefined) => Flow

const item = (flow: Flow | undefined): Flow => itemsOf(flow ?? nothing) ?? nothing

const call = (callee: Flow | undefined, args: readonly Flow[], position: number | undefined): Flow =>
  callee?.call?.(args, args[0] ?? nothing, position) ?? anything(...readsOf(args))

const readsOf = (args: readonly Flow[]): [ReadonlySet<string>, ReadonlySet<string>] => {
  const made = madeOf(nothing, args)
  return [made.reads, made.decidedBy]
}

const number = flowOf(['number'])

/** The same items, fewer of them or in another order. */
const sameItems: Native = ([list = nothing]) => (isAnything(list) ? list : severalOf(item(list)))

const natives: Readonly<Record<string, Native>> = {
  lookup: ([table = nothing, key = nothing]) => {
    const members = table.members ?? table.item?.members
    const names = key.values?.map(String) ?? members?.names
    if (members === undefined || names === undefined) return anything(...readsOf([table, key]))
    const found = names.flatMap(name => members.get(name) ?? [])
    return madeOf(orNothing(either(found.length === 0 ? [nothing] : found)), [key])
  },
  map: ([list, callee], position) => severalOf(call(callee, [item(list), number, list ?? nothing], position)),
  filter: ([list, callee], position) =>
    decided(severalOf(item(list)), call(callee, [item(list), number, list ?? nothing], position)),
  single: ([list, callee], position) =>
    decided(item(list), call(callee, [item(list), number, list ?? nothing], position)),
  each: ([object, callee], position) =>
    severalOf(call(callee, [either(valuesOf(object)), flowOf(['string']), object ?? nothing], position)),
  sift: ([object = nothing, callee], position) =>
    decided(object, call(callee, [either(valuesOf(object)), flowOf(['string']), object], position)),
  reduce: ([list, callee, start], position) => {
    const first = start ?? item(list)
    return either([first, call(callee, [first, item(list), number], position)])
  },
  sort: ([list, callee], position) => {
    if (callee !== undefined) call(callee, [item(list), item(list)], position)
    return sameItems([list ?? nothing], position)
  },
  reverse: sameItems,
  distinct: sameItems,
  append: ([a = nothing, b = nothing]) => severalOf(either([item(a), item(b)])),
  merge: ([list]) => item(list),
  clone: ([value = nothing]) => value,
  blank: ([value = nothing]) => (isAnything(value) ? value : orNothing(without(value, 'null'))),
  exists: args => madeOf(flowOf(['boolean']), args),
  personName: args => madeOf(orNothing(texts('givenName', 'familyName', 'fullName')), args),
  money: args => madeOf(orNothing(texts('amount', 'currency')), args),
  error: () => nothing,
  eval: args => anything(...readsOf(args)),
}

function valuesOf(object: Flow | undefined): readonly Flow[] {
  const members = item(object).members
  if (members === undefined) return [anything(allReads(object ?? nothing))]
  return members.names.flatMap(name => members.get(name) ?? [])
}

function texts(...names: readonly string[]): Flow {
  const members: Members = {
    names,
    isOpen: false,
    get: name => (names.includes(name) ? flowOf(['string', 'nothing']) : undefined),
  }
  return flowOf(['object'], { members })
}

const letters: Readonly<Record<string, readonly Kind[]>> = {
  s: ['string'],
  n: ['number'],
  b: ['boolean'],
  l: ['null'],
  o: ['object'],
  a: ['nothing', 'null', 'boolean', 'number', 'string', 'object', 'list', 'function'],
  f: ['function'],
  j: ['null', 'boolean', 'number', 'string', 'object', 'list'],
  x: ['nothing', 'null', 'boolean', 'number', 'string', 'object', 'list', 'function'],
}

interface Parameter {
  readonly kinds: ReadonlySet<Kind>
  readonly isContext: boolean
}

/** The parameters of a signature such as `<s-(nf)?a<n>:s>`. */
function parametersOf(signature: string): readonly Parameter[] {
  const [head = ''] = signature.slice(1).split(':')
  return [...head.matchAll(/(\([a-z]+\)|[a-z])(?:<[^>]*>)?([-?+]*)/g)].map(([, types = '', marks = '']) => ({
    kinds: new Set(types.split('').flatMap(letter => letters[letter] ?? [])),
    isContext: marks.includes('-'),
  }))
}

function resultOf(signature: string, args: readonly Flow[]): Flow {
  const result = /:(\w)(?:<(\w)>)?>$/.exec(signature)
  const [, letter = 'x', inner] = result ?? []
  const kinds = letters[letter] ?? []
  if (kinds.includes('nothing')) {
    if (letter !== 'a') return anything(...readsOf(args))
    return madeOf(orNothing(listOf(inner === undefined ? anything() : flowOf(letters[inner] ?? []))), args)
  }
  // Where nothing comes in, nothing comes out.
  return madeOf(orNothing(flowOf(kinds)), args)
}

/** Told of an argument that a function never takes: `index` from 1, with the kinds that it would take. */
export type WrongArgument = (
  name: string,
  index: number,
  position: number | undefined,
  kinds: ReadonlySet<Kind>,
) => void

/** A function of the language or of the hub as a value. */
export function nativeFlow(name: string, signature: string, wrong: WrongArgument, own = natives[name]): Flow {
  const parameters = parametersOf(signature)
  const callee: Callee = (given, context, position) => {
    const isShort =
      parameters[0]?.isContext === true && given.length < parameters.length && missesContext(given, parameters)
    const args = isShort ? [itemsOf(context) ?? nothing, ...given] : given
    for (const [index, arg] of given.entries()) {
      const parameter = parameters[isShort ? index + 1 : index]
      if (parameter !== undefined && neverTakes(parameter, arg)) wrong(name, index + 1, position, parameter.kinds)
    }
    return own?.(args, position) ?? resultOf(signature, args)
  }
  return flowOf(['function'], { call: callee })
}

/** The context stands in for the first argument where none is given, or the given ones fit the parameters behind it. */
function missesContext(given: readonly Flow[], [first, second]: readonly Parameter[]): boolean {
  const [arg] = given
  if (arg === undefined) return true
  return first !== undefined && second !== undefined && neverTakes(first, arg) && !neverTakes(second, arg)
}

function neverTakes({ kinds }: Parameter, arg: Flow): boolean {
  const certain = without(arg, 'nothing').kinds
  return certain.size > 0 && certain.isDisjointFrom(kinds) && !canBe(arg, 'nothing')
}
