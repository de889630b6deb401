import type { Stage } from '#model/stages.ts'

/** What a drain says when it has done what it could. */
export interface DrainResult {
  /** There is more due work in the shard: drain it again at once. */
  readonly more: boolean
  /** When the shard's next row becomes due; a timer is set for it. */
  readonly nextDueAt?: Date
}

/** Works on the due rows of one shard, for at most a batch or so. May find nothing. */
export type Drain = (shard: number) => Promise<DrainResult>

export interface WorkOptions {
  /** Shards of the stage that this process drains at one time. */
  readonly concurrency: number
  /**
   * Which shards have due rows, by one cheap query. The sweep asks this instead of draining every shard; without it
   * an idle hub runs every drain once a second.
   */
  readonly due?: () => Promise<Iterable<number>>
}

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
   * Runs `run` every so often on one process of the cluster, at multiples of `everyMs` since 1970. Runs of one name never
   * overlap in one process. A run that throws is logged; the next comes as planned.
   */
  every(name: string, everyMs: number, run: () => Promise<void>): Promise<void>
  /** Makes this process a worker of the stage. Call it before `start`, once per stage. */
  work(stage: Stage, drain: Drain, options: WorkOptions): void
  start(): Promise<void>
  /** Starts no more drains and runs, waits for those under way, and lets go of the queue. */
  stop(): Promise<void>
}
