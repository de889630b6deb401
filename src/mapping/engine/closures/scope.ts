import { globalReader } from './globals.ts'
import type { FunctionValue } from '../values/function-value.ts'
import type { Closure, Frame, Runtime } from '../runtime.ts'
import { nothing } from '../runtime.ts'

/** What is known of a whole mapping while it is compiled. */
export interface Program {
  /** Built-in and field functions by name. */
  readonly functions: ReadonlyMap<string, FunctionValue>
  /** Functions that a source must not call; `$eval` keeps to it, too. */
  readonly refused: ReadonlySet<string>
  /** The source mentions `$eval`, so variables may appear that the compiler cannot see: look names up at run time. */
  readonly dynamic: boolean
}

/** Names bound in one block, lambda or tuple step, at compile time. The frames of a run mirror the scopes one to one. */
export interface Scope {
  readonly program: Program
  readonly up: Scope | undefined
  readonly names: Map<string, number>
  /** Its frame holds a tuple, whose names are known at run time only. */
  readonly tuple: boolean
  /** A block that binds nothing has no frame of its own. */
  elided: boolean
}

export function makeScope(program: Program, up: Scope | undefined, tuple: boolean): Scope {
  return { program, up, names: new Map(), tuple, elided: false }
}

/** The slot of a name in this scope, made if it is new. */
export function declare(scope: Scope, name: string): number {
  let slot = scope.names.get(name)
  if (slot === undefined) {
    slot = scope.names.size
    scope.names.set(name, slot)
  }
  return slot
}

export const topFrame = (rt: Runtime): Frame => ({ rt, up: undefined, slots: [], tuple: undefined })

export function makeFrame(up: Frame): Frame {
  return { rt: up.rt, up, slots: [], tuple: undefined }
}

interface Candidate {
  readonly hops: number
  readonly slot: number
  readonly tuple: boolean
}

/** The scopes, from inside out, that may hold a variable of this name. */
function candidates(name: string, scope: Scope): readonly Candidate[] {
  const found: Candidate[] = []
  let hops = 0
  for (let at: Scope | undefined = scope; at !== undefined; at = at.up) {
    if (at.elided) continue
    const slot = at.names.get(name)
    if (slot !== undefined || at.tuple) found.push({ hops, slot: slot ?? -1, tuple: at.tuple })
    hops++
  }
  return found
}

const unset = Symbol('unset')

function readCandidate(candidate: Candidate, name: string, frame: Frame): unknown {
  let at: Frame | undefined = frame
  for (let hops = candidate.hops; hops > 0; hops--) at = at?.up
  if (at === undefined) return unset
  const value = candidate.slot < 0 ? undefined : at.slots[candidate.slot]
  if (value !== undefined) return value === nothing ? undefined : value
  if (at.tuple !== undefined && Object.hasOwn(at.tuple, name)) return at.tuple[name]
  return unset
}

function resolve(name: string, scope: Scope): Closure {
  const readGlobal = globalReader(name, scope.program.functions)
  const places = candidates(name, scope)
  const only = places[0]
  if (only === undefined) return (_input, frame) => readGlobal(frame)
  if (places.length === 1 && !only.tuple && only.hops <= 1) {
    const { slot } = only
    const isHere = only.hops === 0
    return (_input, frame) => {
      const value = isHere ? frame.slots[slot] : frame.up?.slots[slot]
      if (value === undefined) return readGlobal(frame)
      return value === nothing ? undefined : value
    }
  }
  return (_input, frame) => {
    for (const place of places) {
      const value = readCandidate(place, name, frame)
      if (value !== unset) return value
    }
    return readGlobal(frame)
  }
}

/**
 * Compiles the reading of a variable. Where it lives is settled at the first run, when every binding of the source has
 * been seen; in a dynamic program at every run, since `$eval` may have bound more.
 */
export function compileRead(name: string, scope: Scope): Closure {
  if (scope.program.dynamic) return (input, frame) => resolve(name, scope)(input, frame)
  let read: Closure | undefined
  return (input, frame) => (read ??= resolve(name, scope))(input, frame)
}

/** True if no scope around can bind this name, so that it means the global one. To be asked at run time, as above. */
export function isGlobal(name: string, scope: Scope): boolean {
  return !scope.program.dynamic && candidates(name, scope).length === 0
}
