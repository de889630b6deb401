/** What one run may use. Each is always on; a run that exceeds one fails with a code and a position. */
export interface Limits {
  /** CPU time of the thread, in milliseconds (D1012). */
  readonly timeMs: number
  /** Turns of loops and calls of functions (M1009): the same on every machine, unlike time. */
  readonly stepsMax: number
  /** Nested calls of functions written in the mapping (D1011); a tail call does not nest. */
  readonly depthMax: number
  /** Items of one sequence or array made on the way (D2015). */
  readonly sequenceLengthMax: number
  /** Size of the result as JSON, about (M1001). */
  readonly outputBytesMax: number
  /** Memory that strings and arrays made on the way may take together, about (M1002). */
  readonly memoryBytesMax: number
}

export const defaultLimits: Limits = {
  timeMs: 50,
  stepsMax: 100_000_000,
  depthMax: 500,
  sequenceLengthMax: 1_000_000,
  outputBytesMax: 1_048_576,
  memoryBytesMax: 64 * 1_048_576,
}

/** The limits with some of them lowered. None can be raised: what asks for more gets what is there. */
export function lowered(limits: Limits, wanted: Partial<Limits> | undefined): Limits {
  if (wanted === undefined) return limits
  const least = (name: keyof Limits): number => Math.min(limits[name], wanted[name] ?? Infinity)
  return {
    timeMs: least('timeMs'),
    stepsMax: least('stepsMax'),
    depthMax: least('depthMax'),
    sequenceLengthMax: least('sequenceLengthMax'),
    outputBytesMax: least('outputBytesMax'),
    memoryBytesMax: least('memoryBytesMax'),
  }
}
