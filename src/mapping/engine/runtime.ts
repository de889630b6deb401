import { MappingFailure } from './failure.ts'
import type { Limits } from './limits.ts'

/** What a run is given besides its input. */
export interface Surroundings {
  /** What `$now()` and `$millis()` give, in epoch milliseconds. */
  readonly nowMs: number
  /** Bindings by name without `$`; they may shadow functions. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined
  /** For functions of the embedding program; the engine only hands it on. */
  readonly host?: unknown
}

/** The state of one run: its budget and its surroundings. */
export interface Runtime {
  /** Steps that may be taken before the clock is looked at again: see `tick`. */
  stepsToCheck: number
  /** Steps left after those. */
  stepsLeft: number
  depth: number
  memoryBytes: number
  /** Size of the output so far. */
  outputBytes: number
  /** Undefined until the clock is first looked at: most runs are over before. */
  deadlineMs: number | undefined
  readonly limits: Limits
  readonly env: Surroundings
  readonly root: unknown
  /** A variable of the run has the name of a function. */
  readonly isShadowing: boolean
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

const stepsPerCheck = 1024

export function startRuntime(input: unknown, env: Surroundings, limits: Limits, isShadowing: boolean): Runtime {
  const stepsToCheck = Math.min(stepsPerCheck, limits.stepsMax)
  return {
    stepsToCheck,
    stepsLeft: limits.stepsMax - stepsToCheck,
    depth: 0,
    memoryBytes: 0,
    outputBytes: 0,
    deadlineMs: limits.timeMs > 0 ? undefined : 0,
    limits,
    env,
    root: input,
    isShadowing,
    caller: undefined,
  }
}

/** Counts one step of a loop or call; every 1024 steps the clock is read and a late run stopped. */
export function tick(rt: Runtime): void {
  if (--rt.stepsToCheck < 0) checkBudget(rt)
}

/**
 * CPU time of this thread in milliseconds. The limit is one of work, not of the wall clock: on a machine that is busy
 * with something else an innocent mapping must not be stopped.
 */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Reads the clock and the count of steps. Reading the clock takes a microsecond, as long as a whole small mapping. */
export function checkBudget(rt: Runtime): void {
  if (rt.stepsLeft <= 0) throw new MappingFailure('M1009', { value: rt.limits.stepsMax })
  rt.stepsToCheck = Math.min(stepsPerCheck, rt.stepsLeft)
  rt.stepsLeft -= rt.stepsToCheck--
  const nowMs = threadCpuMs()
  rt.deadlineMs ??= nowMs + rt.limits.timeMs
  if (nowMs > rt.deadlineMs) throw new MappingFailure('D1012', { value: rt.limits.timeMs })
}

/** Counts memory about to be taken, so that a bomb is stopped before it is made. */
export function charge(rt: Runtime, bytes: number): void {
  rt.memoryBytes += bytes
  if (!(rt.memoryBytes <= rt.limits.memoryBytesMax)) {
    throw new MappingFailure('M1002', { value: rt.limits.memoryBytesMax })
  }
}

/** Counts the memory of an array about to be made or grown to `length` items, and refuses one that is too long. */
export function chargeItems(rt: Runtime, length: number): void {
  if (length > rt.limits.sequenceLengthMax) {
    throw new MappingFailure('D2015', { value: rt.limits.sequenceLengthMax })
  }
  charge(rt, 8 * length)
}
