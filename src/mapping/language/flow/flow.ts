import type { Json } from '#model/json.ts'

/** Kinds of value; `nothing` is what an expression gives that finds none. */
export type Kind = 'nothing' | 'null' | 'boolean' | 'number' | 'string' | 'object' | 'list' | 'function'

/** The members of an object. */
export interface Members {
  readonly names: readonly string[]
  /** There may be members beside those of `names`. */
  readonly isOpen: boolean
  /** Undefined: there is no such member. */
  get(name: string): Flow | undefined
  /** Where in the mapping's source they are given their values, for what is made there. */
  readonly places?: ReadonlyMap<string, number> | undefined
}

/** What a function gives; `position` is that of the call in the source. */
export type Callee = (args: readonly Flow[], context: Flow, position: number | undefined) => Flow

/** All that is known of a value before the mapping runs: what it can be, and which parts of the source it comes from. */
export interface Flow {
  readonly kinds: ReadonlySet<Kind>
  /** All constants that it can be, where these are known. */
  readonly values?: readonly Json[] | undefined
  readonly members?: Members | undefined
  readonly item?: Flow | undefined
  readonly call?: Callee | undefined
  /** Paths in the source that it may be made of. */
  readonly reads: ReadonlySet<string>
  /** Paths in the source that decide what it is, or whether it is there. */
  readonly decidedBy: ReadonlySet<string>
}

const none: ReadonlySet<string> = new Set()
const allKinds: ReadonlySet<Kind> = new Set<Kind>([
  'nothing',
  'null',
  'boolean',
  'number',
  'string',
  'object',
  'list',
  'function',
])

export const flowOf = (kinds: readonly Kind[], more: Partial<Flow> = {}): Flow => ({
  kinds: new Set(kinds),
  reads: none,
  decidedBy: none,
  ...more,
})

export const nothing: Flow = flowOf(['nothing'])

/** It can be anything. */
export const anything = (reads: ReadonlySet<string> = none, decidedBy: ReadonlySet<string> = none): Flow => ({
  kinds: allKinds,
  reads,
  decidedBy,
})

/** Nothing else is a function and an object at once; nothing and null may have been taken off. */
export const isAnything = ({ kinds }: Pick<Flow, 'kinds'>): boolean =>
  kinds === allKinds || (kinds.has('function') && kinds.has('object') && kinds.has('string'))

export function constant(value: Json): Flow {
  const kind: Kind = value === null ? 'null' : Array.isArray(value) ? 'list' : (typeof value as Kind)
  return flowOf([kind], { values: [value] })
}

const joined = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> =>
  a.size === 0 || a === b ? b : b.size === 0 ? a : a.union(b)

/** One of several. */
export function either(flows: readonly Flow[]): Flow {
  const [first = nothing, ...others] = flows
  return others.reduce(eitherOf, first)
}

function eitherOf(a: Flow, b: Flow): Flow {
  if (a === b) return a
  const reads = joined(a.reads, b.reads)
  const decidedBy = joined(a.decidedBy, b.decidedBy)
  if (isAnything(a) || isAnything(b)) return anything(withInner(a, b, reads), decidedBy)
  const values = constantsOf(a, b)
  const members = eitherMembers(a, b)
  const item = a.item === undefined ? b.item : b.item === undefined ? a.item : eitherOf(a.item, b.item)
  const call = a.call === undefined || b.call === undefined ? (a.call ?? b.call) : eitherCall(a.call, b.call)
  return { kinds: a.kinds.union(b.kinds), values, members, item, call, reads, decidedBy }
}

/** What is known of the parts of one is kept when the other can be anything. */
const withInner = (a: Flow, b: Flow, reads: ReadonlySet<string>): ReadonlySet<string> =>
  joined(joined(reads, allReads(a)), allReads(b))

function constantsOf(a: Flow, b: Flow): readonly Json[] | undefined {
  if (isOnly(a, 'nothing')) return b.values
  if (isOnly(b, 'nothing')) return a.values
  return a.values === undefined || b.values === undefined ? undefined : [...new Set([...a.values, ...b.values])]
}

function eitherMembers(a: Flow, b: Flow): Members | undefined {
  if (a.members === undefined) return b.members
  if (b.members === undefined) return a.members
  const [left, right] = [a.members, b.members]
  const get = (name: string): Flow | undefined => {
    const [one, other] = [left.get(name), right.get(name)]
    if (one === undefined && other === undefined) return undefined
    return eitherOf(one ?? nothing, other ?? nothing)
  }
  const names = [...new Set([...left.names, ...right.names])]
  const places = new Map([...(right.places ?? []), ...(left.places ?? [])])
  return { names, isOpen: left.isOpen || right.isOpen, get, places }
}

function eitherCall(a: Callee, b: Callee): Callee {
  return (args, context, position) => eitherOf(a(args, context, position), b(args, context, position))
}

export const isOnly = (flow: Flow, kind: Kind): boolean => flow.kinds.size === 1 && flow.kinds.has(kind)

export const canBe = (flow: Flow, kind: Kind): boolean => flow.kinds.has(kind)

/** The same, decided also by what these say. */
export function decided(flow: Flow, by: Flow): Flow {
  const decidedBy = joined(flow.decidedBy, joined(allReads(by), by.decidedBy))
  return decidedBy === flow.decidedBy ? flow : { ...flow, decidedBy }
}

/** The same, decided also by what decides on another. */
export function decidedAlike(flow: Flow, other: Flow): Flow {
  return other.decidedBy.size === 0 ? flow : { ...flow, decidedBy: joined(flow.decidedBy, other.decidedBy) }
}

/** The same, made also of what these are made of. */
export function madeOf(flow: Flow, from: readonly Flow[]): Flow {
  const reads = from.reduce((all, one) => joined(all, allReads(one)), flow.reads)
  const decidedBy = from.reduce((all, one) => joined(all, one.decidedBy), flow.decidedBy)
  return { ...flow, reads, decidedBy }
}

/** The paths that a value with all its parts is made of. */
export function allReads(flow: Flow, depth = 4): ReadonlySet<string> {
  // A part of the source stands for all that is in it.
  if (flow.reads.size > 0 || depth === 0) return flow.reads
  let reads = flow.item === undefined ? none : allReads(flow.item, depth - 1)
  for (const name of flow.members?.names ?? []) {
    const member = flow.members?.get(name)
    if (member !== undefined) reads = joined(reads, allReads(member, depth - 1))
  }
  return reads
}

/** Without one kind, for example what is left when there is something. */
export function without(flow: Flow, ...kinds: readonly Kind[]): Flow {
  if (!kinds.some(kind => flow.kinds.has(kind))) return flow
  return { ...flow, kinds: new Set([...flow.kinds].filter(kind => !kinds.includes(kind))) }
}

export const orNothing = (flow: Flow): Flow =>
  flow.kinds.has('nothing') ? flow : { ...flow, kinds: new Set<Kind>([...flow.kinds, 'nothing']) }

/** An array of these; sequences and arrays are one here. */
export function listOf(item: Flow): Flow {
  const inner = without(item, 'nothing')
  return { kinds: new Set<Kind>(['list']), item: inner, reads: item.reads, decidedBy: item.decidedBy }
}

/** What a step over several gives: nothing, one, or a list of them. */
export function severalOf(item: Flow): Flow {
  if (isAnything(item)) return item
  const flat = itemsOf(item)
  if (flat === undefined) return orNothing(without(item, 'list'))
  return orNothing(eitherOf(flat, listOf(flat)))
}

/** One item of a value that may be a list, or the value itself; undefined if it is always nothing. */
export function itemsOf(flow: Flow): Flow | undefined {
  if (isAnything(flow)) return flow
  const single = without(flow, 'list', 'nothing')
  if (!canBe(flow, 'list')) return single.kinds.size === 0 ? undefined : single
  const item = flow.item ?? anything(flow.reads, flow.decidedBy)
  const nested = canBe(item, 'list') && !isAnything(item) ? (itemsOf(item) ?? item) : item
  if (single.kinds.size === 0) return nested
  const { item: _, ...alone } = single
  return eitherOf(alone, nested)
}

/** The kinds for a person: `a string or null`. */
export function kindsText({ kinds }: Pick<Flow, 'kinds'>): string {
  const words = { list: 'a list', object: 'an object', null: 'null', nothing: 'nothing', function: 'a function' }
  return [...kinds].map(kind => (kind in words ? words[kind as keyof typeof words] : `a ${kind}`)).join(' or ')
}
