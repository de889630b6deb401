import type { Logger } from 'pino'
import type { Stage } from '#model/stages.ts'
import type { Drain, WorkOptions } from './drain.ts'
import { type LocalDrains, createLocalDrains } from './local-drains.ts'
import { createShardTimers } from './shard-timers.ts'

/** One stage as this process works on it: its drains, timers and sweep. */
export interface StageWork {
  readonly drains: LocalDrains
  wakeAt(shard: number, at: Date): void
  start(): void
  stop(): Promise<void>
}

export function createStageWork(options: {
  stage: Stage
  drain: Drain
  work: WorkOptions
  shards: number
  sweepEveryMs: number
  onStart: ((waitedMs: number) => void) | undefined
  log: Pick<Logger, 'error'>
}): StageWork {
  const { stage, drain, work, shards, sweepEveryMs, onStart, log } = options
  const timers = createShardTimers(shard => drains.request(shard))
  const drains = createLocalDrains({
    stage,
    drain,
    concurrency: work.concurrency,
    log,
    onNextDue: (shard, at) => timers.set(shard, at),
    onStart,
  })
  const due = work.due ?? (async () => Array.from({ length: shards }, (_, shard) => shard))
  let sweepTimer: NodeJS.Timeout | undefined
  let sweeping: Promise<void> = Promise.resolve()
  let stopped = false

  /** Finds what lost wake-ups, dead processes and clocks have left lying. */
  async function sweep(): Promise<void> {
    try {
      for (const shard of await due()) drains.request(shard)
    } catch (error) {
      log.error({ err: error, stage }, 'a sweep failed; the next one tries again')
    }
    // Spread out, so that many processes do not ask at the same moment.
    const pauseMs = sweepEveryMs * (0.8 + 0.4 * Math.random())
    if (!stopped) sweepTimer = setTimeout(startSweep, pauseMs)
  }

  function startSweep(): void {
    sweeping = sweep()
  }

  return {
    drains,
    wakeAt: (shard, at) => timers.set(shard, at),
    start: startSweep,
    async stop() {
      stopped = true
      clearTimeout(sweepTimer)
      timers.stop()
      await sweeping
      await drains.stop()
      timers.stop()
    },
  }
}
