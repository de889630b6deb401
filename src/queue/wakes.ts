import type { Logger } from 'pino'
import { assert } from '#model/assert.ts'
import { type Stage, isStage } from '#model/stages.ts'
import type { JobWorker, QueueBackend } from './backend.ts'
import type { Drain, WorkOptions } from './drain.ts'
import { createSchedules } from './schedules.ts'
import { createSender } from './sender.ts'
import { type StageWork, createStageWork } from './stage-work.ts'

/**
 * Says when to look for work; what the work is stands in the database alone. Losing a wake-up costs at most one sweep
 * interval, an extra one costs an empty drain.
 */
export interface Wakes {
  /** There is due work in these shards. Returns at once and never throws; bursts become one wake-up per shard. */
  wake(stage: Stage, shards: Iterable<number>): void
  /** There will be due work in this shard at that time. Never delays or swallows a `wake`. */
  wakeAt(stage: Stage, shard: number, at: Date): void
  /**
   * Runs `run` every so often on one process of the cluster: at once when the job is new, then every `everyMs`. Runs of
   * one name never overlap in one process. A run that throws is logged; the next comes as planned.
   */
  every(name: string, everyMs: number, run: () => Promise<void>): Promise<void>
  /** Makes this process a worker of the stage. Call it before `start`, once per stage. */
  work(stage: Stage, drain: Drain, options: WorkOptions): void
  start(): Promise<void>
  /** Starts no more drains and runs, waits for those under way, and lets go of the queue. */
  stop(): Promise<void>
}

export interface WakesOptions {
  readonly backend: QueueBackend
  /** Shards of every stage; the same in all processes of a database. */
  readonly shards: number
  /** This process's id, unique in the cluster. */
  readonly processId: string
  /** True while another process works on stages too. Alone, a worker needs no queue to wake itself. */
  readonly hasOtherWorkers: () => boolean
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** How often each worker looks for due rows by itself. */
  readonly sweepEveryMs?: number
  /** How often lost recurring jobs are set again. */
  readonly repairMs?: number
  /** Told how long a shard waited from its wake-up in this process to its drain. */
  readonly onDrain?: (stage: Stage, waitedMs: number) => void
}

/** Wake-ups of one shard that leave this process for the queue are at least this far apart. */
const coalesceMs = 20

/** Makes the wake-ups of this process. `stop` leaves the backend open: who made it closes it. */
export function createWakes(options: WakesOptions): Wakes {
  const { backend, shards, processId, hasOtherWorkers, log, sweepEveryMs = 1000, repairMs = 10_000, onDrain } = options
  const stages = new Map<Stage, StageWork>()
  const timersSent = new Map<string, number>()
  const queue = backend.queue('wakes')
  const sender = createSender(queue, coalesceMs, log)
  const schedules = createSchedules({ backend, repairMs, log })
  let worker: JobWorker | undefined
  let concurrency = 0

  function wakeOne(stage: Stage, shard: number): void {
    const here = stages.get(stage)
    here?.drains.request(shard)
    if (here === undefined || (here.drains.isSaturated() && hasOtherWorkers())) {
      sender.send({ name: nameOf(stage, shard), dedupeId: nameOf(stage, shard) })
    }
  }

  /**
   * A timer for a stage that others work on. The queue keeps one per shard and process, the earliest: a later one would
   * replace it. Timers of several processes have ids of their own, so that none replaces another's.
   */
  function sendTimer(stage: Stage, shard: number, at: Date): void {
    const name = nameOf(stage, shard)
    const now = Date.now()
    const sentForMs = timersSent.get(name) ?? 0
    if (sentForMs > now && sentForMs <= at.getTime()) return
    timersSent.set(name, at.getTime())
    sender.send({ name, dedupeId: `timer:${name}:${processId}`, delayMs: at.getTime() - now })
  }

  async function runJob(name: string): Promise<void> {
    const target = parseName(name)
    await stages.get(target.stage)?.drains.requestAndWait(target.shard)
  }

  return {
    wake(stage, list) {
      for (const shard of list) wakeOne(stage, shard)
    },
    wakeAt(stage, shard, at) {
      const here = stages.get(stage)
      if (at.getTime() <= Date.now()) wakeOne(stage, shard)
      else if (here === undefined) sendTimer(stage, shard, at)
      else here.wakeAt(shard, at)
    },
    every: (name, everyMs, run) => schedules.every(name, everyMs, run),
    work(stage, drain, work) {
      assert(!stages.has(stage), `stage ${stage} is worked on twice`)
      const onStart = onDrain && ((waitedMs: number) => onDrain(stage, waitedMs))
      stages.set(stage, createStageWork({ stage, drain, work, shards, sweepEveryMs, onStart, log }))
      concurrency += work.concurrency
    },
    async start() {
      if (stages.size > 0) worker = backend.worker('wakes', concurrency, runJob)
      for (const stage of stages.values()) stage.start()
      await schedules.start()
    },
    async stop() {
      const idle = Promise.all([...stages.values()].map(stage => stage.stop()))
      await Promise.all([idle, worker?.close(idle), schedules.stop(), sender.stop()])
      await queue.close()
    },
  }
}

function nameOf(stage: Stage, shard: number): string {
  return `${stage}:${shard}`
}

/** The inverse of `nameOf`; a job of another build with an unknown stage is a bug there. */
function parseName(name: string): { stage: Stage; shard: number } {
  const [stage = '', shard] = name.split(':')
  assert(isStage(stage), `job ${name} names no stage`)
  return { stage, shard: Number(shard) }
}
