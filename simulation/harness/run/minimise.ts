import type { MakeWorld } from '../../contract.ts'
import { decisionsOf, planRun } from './plan.ts'
import { type RunResult, simulate } from './run.ts'
import type { Stand } from './stand.ts'

export interface Minimised {
  /** The decisions of the seed that are needed to break the promise. */
  kept: readonly string[]
  of: number
  result: RunResult
}

/**
 * Leaves out as many of the seed's decisions as it can while the same invariant stays broken (delta debugging: halves
 * first, single ones last), for at most `timeMs` of real time.
 */
export async function minimise(
  stand: Stand,
  makeWorld: MakeWorld,
  failed: RunResult,
  { steps, timeMs }: { steps: number; timeMs: number },
): Promise<Minimised> {
  const endNs = process.hrtime.bigint() + BigInt(timeMs) * 1_000_000n
  const all = decisionsOf(planRun(failed.seed, steps))
  const broken = new Set(failed.violations.map(({ invariant }) => invariant))
  let kept = all
  let best = failed

  async function breaksWithout(left: readonly string[]): Promise<RunResult | undefined> {
    const dropped = new Set(all.filter(decision => !left.includes(decision)))
    try {
      const result = await simulate(stand, makeWorld, { seed: failed.seed, steps, dropped })
      return result.violations.some(({ invariant }) => broken.has(invariant)) ? result : undefined
    } catch {
      // Something else went wrong: that is another failure.
      return undefined
    }
  }

  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length;) {
      if (process.hrtime.bigint() > endNs) return { kept, of: all.length, result: best }
      const left = kept.toSpliced(at, size)
      const result = await breaksWithout(left)
      if (result === undefined) at += size
      else {
        kept = left
        best = result
      }
    }
  }
  return { kept, of: all.length, result: best }
}
