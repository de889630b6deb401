import type { Compile } from '../closures/compile.ts'
import type { Scope } from '../closures/scope.ts'
import type { Closure } from '../runtime.ts'
import type { Node } from '../syntax/tree.ts'
import type { Lines, Unit, Value } from './code.ts'
import { quoted, value } from './code.ts'

/** The value that names are read from, at one place of the generated code. */
export interface Context {
  /** Its name. */
  readonly code: string
  /** The name that members are read from; `code` may be what became of it. */
  readonly origin: string
  /** Where reads that several places share are put: right behind the line that makes the context. */
  readonly prelude: Lines
  /** Names of variables that hold the object at a path from here (undefined where there is none), by the path. */
  readonly objects: Map<string, string>
}

/** Variables of one block or function, as generated code sees them. */
export interface Variables {
  /** The compiler's scope with the same names, for closures that are called from here. */
  readonly scope: Scope
  readonly up: Variables | undefined
  readonly locals: Map<string, Local>
  /** Names that the scope will bind further on. Nothing may mention them yet. */
  readonly pending: Set<string>
  /** The name of the frame that mirrors the scope; made only if some closure needs it. */
  readonly frame: string
  readonly need: { isFrameNeeded: boolean }
}

/** Thrown where the meaning of a source hangs on something that generated code does not keep up with: closures do. */
export class NotGenerated extends Error {}

/** A variable: a value, or a function of the mapping that is called directly and never handed around. */
export type Local =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'function'; readonly code: string; readonly asValue: string }

/** All that is needed to make code at one place. */
export interface Place {
  readonly unit: Unit
  readonly lines: Lines
  readonly context: Context
  readonly variables: Variables
  readonly program: Generation
}

/** What is the same everywhere in one generated function. */
export interface Generation {
  /** Makes code for a node; never fails, since a closure serves what no code is made for. */
  readonly generate: (node: Node, place: Place) => Value
  readonly compile: Compile
  /** Every name that the source binds anywhere: other names mean the run's variables and the functions. */
  readonly bound: ReadonlySet<string>
}

export function makeContext(code: string, lines: Lines): Context {
  const prelude: Lines = []
  lines.push(prelude)
  return { code, origin: code, prelude, objects: new Map() }
}

export const inside = (place: Place, lines: Lines, context: Context = place.context): Place => ({
  ...place,
  lines,
  context,
})

/** Puts code into an `if`, a loop or the like. What it reads is not shared with places behind it. */
export function block(place: Place, head: string, fill: (inner: Place) => void, context?: Context): void {
  const lines: Lines = []
  fill(inside(place, lines, context))
  place.lines.push(`${head} {`, lines, '}')
}

/** Makes a variable of the generated code. */
export function variable(place: Place, prefix: string, initial?: string): string {
  const name = place.unit.fresh(prefix)
  place.lines.push(initial === undefined ? `let ${name};` : `let ${name} = ${initial};`)
  return name
}

/** A variable's value where it is a plain object, else undefined; written out, since it stands in every loop. */
const asObject = (name: string): string =>
  `typeof ${name} === "object" && ${name} !== null && !isArray(${name}) ? ${name} : undefined`

/** The name of a variable that holds the object at `path` from the context, or undefined if there is no plain object. */
export function objectAt(place: Place, path: readonly string[]): string {
  const { context, unit } = place
  const key = path.map(quoted).join('.')
  let name = context.objects.get(key)
  if (name === undefined) {
    const up = path.length === 0 ? undefined : objectAt(place, path.slice(0, -1))
    name = unit.fresh('o')
    const last = path.at(-1)
    const read =
      up === undefined || last === undefined
        ? context.origin
        : `${up} === undefined ? undefined : ${up}[${quoted(last)}]`
    const from = /^\w+$/.test(read) ? read : unit.fresh('m')
    if (from !== read) context.prelude.push(`const ${from} = ${read};`)
    context.prelude.push(`const ${name} = ${asObject(from)};`)
    context.objects.set(key, name)
  }
  return name
}

/** The variable of this name that generated code holds, if there is one. */
export function localOf(name: string, variables: Variables | undefined): Local | undefined {
  for (let at = variables; at !== undefined; at = at.up) {
    const local = at.locals.get(name)
    if (local !== undefined) return local
  }
  return undefined
}

/** The frame for a closure that sees the scopes up to here: marks them all as needed. */
function frameFor(variables: Variables): string {
  for (let at: Variables | undefined = variables; at !== undefined; at = at.up) at.need.isFrameNeeded = true
  return variables.frame
}

const outermost = (variables: Variables): Variables =>
  variables.up === undefined ? variables : outermost(variables.up)

function isLocal(name: string, variables: Variables): boolean {
  for (let at: Variables | undefined = variables; at !== undefined; at = at.up) {
    if (at.locals.has(name)) return true
    if (at.pending.has(name)) throw new NotGenerated(`$${name} is mentioned before it is bound`)
  }
  return false
}

/** True if the node mentions a variable that lives in the generated code. */
function mentionsLocal(part: unknown, variables: Variables): boolean {
  if (typeof part !== 'object' || part === null || part instanceof RegExp) return false
  if (Array.isArray(part)) return part.some(item => mentionsLocal(item, variables))
  const { type, value: name } = part as { type?: unknown; value?: unknown }
  if (type === 'variable' && typeof name === 'string' && isLocal(name, variables)) return true
  return Object.values(part).some(member => mentionsLocal(member, variables))
}

/** The name of a closure for a node and of the frame to call it with. The closure is compiled when it is first called. */
export function closureFor(
  node: object,
  place: Place,
  make: (scope: Scope) => Closure,
): { readonly closure: string; readonly frame: string } {
  const { variables, unit } = place
  const at = mentionsLocal(node, variables) ? variables : outermost(variables)
  let made: Closure | undefined
  const closure: Closure = (input, frame) => (made ??= make(at.scope))(input, frame)
  return { closure: unit.constant(closure), frame: at === variables ? frameFor(at) : at.frame }
}

/** Evaluates a node by a closure: for what no code is made for. */
export function byClosure(node: Node, place: Place): Value {
  const { closure, frame } = closureFor(node, place, scope => place.program.compile(node, scope))
  place.lines.push('at = -1;')
  return value(variable(place, 'v', `${closure}(${place.context.code}, ${frame})`), 'any', true)
}
