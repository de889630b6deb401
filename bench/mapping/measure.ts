import { isDeepStrictEqual } from 'node:util'
import jsonata from 'jsonata'
import { builtInFunctions } from '#mapping/engine/builtins/table.ts'
import { compileExpression } from '#mapping/engine/engine.ts'
import { defaultLimits } from '#mapping/engine/limits.ts'
import type { Subject } from './subject.ts'

export interface Measured {
  readonly name: string
  readonly perSecond: number
  readonly vsReference: number
  readonly vsHandWritten?: number
}

export const nowMs = Date.UTC(2026, 0, 1)
const language = { functions: builtInFunctions, refused: new Set<string>(), limits: defaultLimits }

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** CPU time of this thread: a machine that is busy with something else must not blur the comparison. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Evaluations per second of CPU time, measured for about `durationMs`. */
export function perSecond(durationMs: number, inputs: readonly unknown[], run: (input: unknown) => unknown): number {
  let turns = 0
  const startMs = cpuMs()
  let elapsedMs = 0
  while (elapsedMs < durationMs) {
    for (const input of inputs) run(input)
    turns += inputs.length
    elapsedMs = cpuMs() - startMs
  }
  return (turns * 1000) / elapsedMs
}

async function perSecondAwaited(
  durationMs: number,
  inputs: readonly unknown[],
  run: (input: unknown) => Promise<unknown>,
): Promise<number> {
  let turns = 0
  const startMs = cpuMs()
  let elapsedMs = 0
  while (elapsedMs < durationMs) {
    for (const input of inputs) await run(input)
    turns += inputs.length
    elapsedMs = cpuMs() - startMs
  }
  return (turns * 1000) / elapsedMs
}

const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

function same(subject: Subject, ours: unknown, theirs: unknown): void {
  if (isDeepStrictEqual(plain(ours), plain(theirs))) return
  throw new Error(`${subject.name}: results differ: ${JSON.stringify({ ours, theirs })?.slice(0, 2000)}`)
}

/**
 * Times the engine, the reference and hand-written code in turns, so that noise of the machine hits all of them, and takes
 * the median of the ratios. Their results must be equal.
 */
export async function measure(subject: Subject, rounds: number, roundMs: number): Promise<Measured> {
  const { inputs, source } = subject
  const expression = compileExpression(source, language)
  const reference = jsonata(source)
  const byHand = subject.byHand as ((input: unknown) => unknown) | undefined
  const env = { nowMs }
  const ours = (input: unknown): unknown => expression.evaluate(input, env)
  const theirs = (input: unknown): Promise<unknown> => reference.evaluate(input)
  for (const input of inputs) {
    // The reference changes what it is given in places, and reads the clock.
    if (!source.includes('$now')) same(subject, ours(input), await theirs(structuredClone(input)))
    if (byHand !== undefined) same(subject, ours(input), byHand(input))
  }
  perSecond(2 * roundMs, inputs, ours)
  if (byHand !== undefined) perSecond(2 * roundMs, inputs, byHand)
  await perSecondAwaited(roundMs, inputs, theirs)
  const speeds: number[] = []
  const ratios: number[] = []
  const handRatios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const slow = await perSecondAwaited(roundMs, inputs, theirs)
    const fast = perSecond(roundMs, inputs, ours)
    speeds.push(fast)
    ratios.push(fast / slow)
    if (byHand !== undefined) handRatios.push(fast / perSecond(roundMs, inputs, byHand))
  }
  return {
    name: subject.name,
    perSecond: Math.round(middle(speeds)),
    vsReference: Number(middle(ratios).toFixed(1)),
    ...(byHand === undefined ? {} : { vsHandWritten: Number(middle(handRatios).toFixed(2)) }),
  }
}
