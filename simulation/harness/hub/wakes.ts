import type { Stage } from '#model/stages.ts'
import type { Wakes } from '#queue/wakes.ts'
import type { SimRandom } from '../../contract.ts'
import type { Owner, Scheduler } from '../scheduler.ts'

export interface Sweeps {
  everyMs: number
  /** Comes before each. */
  before: () => Promise<void>
}

/**
 * The hub's own wake-ups with some lost, doubled or late. The sweeps are made here instead of inside: they come as often,
 * but do not keep time from jumping over quiet hours.
 */
export function faultyWakes(
  wakes: Wakes,
  {
    scheduler,
    random,
    owner,
    isFaulty,
    sweeps,
  }: { scheduler: Scheduler; random: SimRandom; owner: Owner; isFaulty: () => boolean; sweeps: Sweeps },
): Wakes {
  const dues = new Map<Stage, () => Promise<Iterable<number>>>()

  async function sweep(stage: Stage, due: () => Promise<Iterable<number>>): Promise<void> {
    await sweeps.before()
    // A sweep that fails is made again.
    wakes.wake(stage, await due().catch(() => []))
  }

  return {
    ...wakes,
    wake(stage, shards) {
      for (const shard of shards) {
        const fate = isFaulty() ? random.next() : 1
        if (fate < 0.1) continue
        if (fate < 0.2) scheduler.after(random.integer(3_000), () => wakes.wake(stage, [shard]), owner)
        else wakes.wake(stage, [shard])
        if (fate > 0.2 && fate < 0.3) scheduler.after(random.integer(100), () => wakes.wake(stage, [shard]), owner)
      }
    },
    work(stage, drain, options) {
      if (options.due !== undefined) dues.set(stage, options.due)
      wakes.work(stage, drain, options)
    },
    async start() {
      await wakes.start()
      for (const [stage, due] of dues) scheduler.every(sweeps.everyMs, () => void sweep(stage, due), owner, stage)
    },
  }
}
