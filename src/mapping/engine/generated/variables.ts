import { declare, makeScope } from '../closures/scope.ts'
import type { Lines, Value } from './code.ts'
import type { Local, Place, Variables } from './place.ts'

const framesOf = new WeakMap<Variables, Lines[]>()

/** Opens the variables of a block or function at this place. `closeVariables` must follow. */
export function openVariables(place: Place, names: readonly string[]): Variables {
  const { variables: up, unit } = place
  const frame = unit.fresh('frame')
  const creation: Lines = [`const ${frame} = makeFrame(${up.frame});`]
  place.lines.push(creation)
  const scope = makeScope(up.scope.program, up.scope, false)
  const variables: Variables = {
    scope,
    up,
    locals: new Map(),
    pending: new Set(names),
    frame,
    need: { isFrameNeeded: false },
  }
  framesOf.set(variables, [creation])
  return variables
}

/** Makes a name of the block known from here on. */
export function bindLocal(name: string, given: Value, place: Place): void {
  bind(name, { kind: 'value', value: given }, given.code, place)
}

/** Makes a function of the block known: its own body may call it. */
export function bindFunction(name: string, code: string, asValue: string, place: Place): void {
  bind(name, { kind: 'function', code, asValue }, asValue, place)
}

function bind(name: string, local: Local, code: string, place: Place): void {
  const { variables } = place
  const slot = declare(variables.scope, name)
  variables.pending.delete(name)
  variables.locals.set(name, local)
  noteSlot(variables, slot, code, place)
}

function noteSlot(variables: Variables, slot: number, code: string, place: Place): void {
  const note: Lines = [`${variables.frame}.slots[${slot}] = ${code} === undefined ? nothing : ${code};`]
  place.lines.push(note)
  framesOf.get(variables)?.push(note)
}

/** Leaves out the frame if no closure asked for it. */
export function closeVariables(variables: Variables): void {
  if (!variables.need.isFrameNeeded) for (const lines of framesOf.get(variables) ?? []) lines.length = 0
}
