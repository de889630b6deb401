import { MappingFailure } from './failure.ts'

/** What `run` gives a mapping besides its input. */
export interface MappingEnv {
  /** The statement's time in epoch milliseconds: what `$now()` and `$millis()` give. */
  readonly nowMs: number
  /** Extra bindings by name without `$`, e.g. `system`, `object`, `statement`. */
  readonly variables?: Readonly<Record<string, unknown>>
  /** Answers `$xref(system, object, id)`: the id of the same golden record in another system. */
  readonly xref?: (system: string, object: string, id: string) => string | undefined
  /** Answers `$table(name, key)`: a row of a look-up table. */
  readonly table?: (name: string, key: string) => unknown
}

/** A question to the outside and its answer, recorded so that a new answer can re-plan. */
export interface Lookup {
  readonly kind: 'xref' | 'table'
  readonly key: readonly string[]
  readonly value: unknown
}

export interface MappingLimits {
  readonly timeMs: number
  /** Nested calls of functions written in the mapping; a tail call does not nest. */
  readonly depthMax: number
  readonly outputBytesMax: number
  /** Memory that strings and arrays made on the way may take together, about. */
  readonly memoryBytesMax: number
}

export const defaultLimits: MappingLimits = {
  timeMs: 100,
  depthMax: 500,
  outputBytesMax: 1_048_576,
  memoryBytesMax: 64 * 1_048_576,
}

/** The state of one run: its budget, its surroundings, what it asked. */
export interface Runtime {
  steps: number
  depth: number
  memoryBytes: number
  readonly deadlineMs: number
  readonly limits: MappingLimits
  readonly env: MappingEnv
  readonly root: unknown
  /** A variable of the run has the name of a function. */
  readonly isShadowing: boolean
  readonly lookups: Lookup[]
  /** The innermost call site, kept only in mappings that mention `$eval`. */
  caller: CallSite | undefined
}

/** Where a function was called: what `$eval` evaluates in. `scope` is the compiler's. */
export interface CallSite {
  readonly scope: object
  readonly frame: Frame
  readonly input: unknown
}

/** Variables of one block, lambda call or tuple. An unset slot is undefined; a variable bound to nothing holds `nothing`. */
export interface Frame {
  readonly rt: Runtime
  readonly up: Frame | undefined
  readonly slots: unknown[]
  readonly tuple: Tuple | undefined
}

/** One element of a tuple stream: `@` is the value, the rest are variables and parents bound on the way. */
export type Tuple = Record<string, unknown>

export const nothing = Symbol('bound to nothing')

/** A compiled expression: evaluates itself on a context value. */
export type Closure = (input: unknown, frame: Frame) => unknown

const clockEvery = 1024

/** Counts one step of a loop or call; every 1024 steps the clock is read and a late mapping stopped. */
export function tick(rt: Runtime): void {
  if ((++rt.steps & (clockEvery - 1)) === 0) checkClock(rt)
}

/**
 * CPU time of this thread in milliseconds. The limit is one of work, not of the wall clock: on a machine that is busy
 * with something else an innocent mapping must not be stopped.
 */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

export function checkClock(rt: Runtime): void {
  if (threadCpuMs() > rt.deadlineMs) throw new MappingFailure('D1012', { value: rt.limits.timeMs })
}

/** Counts memory about to be taken, so that a bomb is stopped before it is made. */
export function charge(rt: Runtime, bytes: number): void {
  rt.memoryBytes += bytes
  if (!(rt.memoryBytes <= rt.limits.memoryBytesMax)) {
    throw new MappingFailure('M1002', { value: rt.limits.memoryBytesMax })
  }
}
