import jsonata from 'jsonata'

/** A node of the syntax tree as the reference parser makes it. Which members are there depends on `type`. */
export interface Node {
  readonly type: string
  readonly value?: unknown
  readonly position?: number
  readonly steps?: readonly Node[]
  readonly stages?: readonly Stage[]
  readonly predicate?: readonly Stage[]
  readonly group?: Group
  readonly keepArray?: boolean
  readonly keepSingletonArray?: boolean
  readonly consarray?: boolean
  readonly tuple?: boolean
  readonly focus?: string
  readonly index?: string
  readonly ancestor?: Slot
  readonly slot?: Slot
  readonly lhs?: Node | readonly Pair[]
  readonly rhs?: Node
  readonly expression?: Node
  readonly expressions?: readonly Node[]
  readonly arguments?: readonly Node[]
  readonly procedure?: Node
  readonly body?: Node
  readonly thunk?: boolean
  readonly signature?: { readonly definition: string }
  readonly condition?: Node
  readonly then?: Node
  readonly else?: Node
  readonly terms?: readonly { readonly descending: boolean; readonly expression: Node }[]
  readonly pattern?: Node
  readonly update?: Node
  readonly delete?: Node
}

export interface Stage {
  readonly type: 'filter' | 'index'
  readonly expr?: Node
  readonly value?: string
}

export type Pair = readonly [Node, Node]

export interface Group {
  readonly lhs: readonly Pair[]
  readonly position?: number
}

export interface Slot {
  readonly label: string
}

/** The syntax tree of a source text. Throws what the reference parser throws: an object with code and position. */
export function parse(source: string): Node {
  const tree: unknown = jsonata(source).ast()
  return tree as Node
}

/** A member that the parser always sets on this type of node. */
export function part<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the syntax tree lacks an expected part')
  return value
}

/** The left side of a node as a single expression. */
export function left(node: Node): Node {
  return part(node.lhs) as Node
}

/** The key and value pairs of an object constructor. */
export function pairs(node: Node | Group): readonly Pair[] {
  return part(node.lhs) as readonly Pair[]
}
