import type { Logger } from 'pino'
import type { Stage } from '#model/stages.ts'
import type { Drain } from './drain.ts'

export interface LocalDrainsOptions {
  readonly stage: Stage
  readonly drain: Drain
  readonly concurrency: number
  readonly log: Pick<Logger, 'error'>
  /** Called with the due time that a drain reported. */
  readonly onNextDue: (shard: number, at: Date) => void
  /** Called with how long a shard waited from its request to its drain. */
  readonly onStart?: ((waitedMs: number) => void) | undefined
}

/** The drains of one stage in this process. */
export interface LocalDrains {
  /** Drains the shard soon: in the next macrotask if a slot is free. During a drain of the shard: once more after it. */
  request(shard: number): void
  /** The same; settles when a drain that began after this call has ended, well or not, or when everything stops. */
  requestAndWait(shard: number): Promise<void>
  /** True while more shards wait than there are slots. */
  isSaturated(): boolean
  /** Starts no more drains and waits for those that run. */
  stop(): Promise<void>
}

/**
 * Runs a stage's drains: never two of one shard at a time, at most `concurrency` at all, shards in the order of their
 * requests. A shard that reports more work goes to the end of the line, so that a busy one cannot starve the others.
 */
export function createLocalDrains(options: LocalDrainsOptions): LocalDrains {
  const { stage, drain, concurrency, log, onNextDue, onStart } = options
  /** Shards in the order of their requests, with the time of the first. */
  const pending = new Map<number, number>()
  const running = new Map<number, Promise<void>>()
  const again = new Set<number>()
  const waiters = new Map<number, (() => void)[]>()
  let pumpIsPlanned = false
  let stopped = false

  function request(shard: number): void {
    if (stopped) return
    if (running.has(shard)) {
      again.add(shard)
      return
    }
    if (!pending.has(shard)) pending.set(shard, performance.now())
    planPump()
  }

  function planPump(): void {
    if (pumpIsPlanned) return
    pumpIsPlanned = true
    setImmediate(pump)
  }

  function pump(): void {
    pumpIsPlanned = false
    for (const [shard, sinceMs] of pending) {
      if (stopped || running.size >= concurrency) return
      pending.delete(shard)
      onStart?.(performance.now() - sinceMs)
      running.set(shard, run(shard))
    }
  }

  async function run(shard: number): Promise<void> {
    const served = waiters.get(shard) ?? []
    waiters.delete(shard)
    try {
      const result = await drain(shard)
      if (result.more) again.add(shard)
      else if (result.nextDueAt !== undefined) onNextDue(shard, result.nextDueAt)
    } catch (error) {
      log.error({ err: error, stage, shard }, 'a drain failed; the next sweep tries again')
    } finally {
      running.delete(shard)
      for (const settle of served) settle()
      if (again.delete(shard)) request(shard)
      if (pending.size > 0) planPump()
    }
  }

  function requestAndWait(shard: number): Promise<void> {
    if (stopped) return Promise.resolve()
    return new Promise(settle => {
      const list = waiters.get(shard)
      if (list === undefined) waiters.set(shard, [settle])
      else list.push(settle)
      request(shard)
    })
  }

  async function stop(): Promise<void> {
    stopped = true
    pending.clear()
    await Promise.all(running.values())
    for (const settle of [...waiters.values()].flat()) settle()
    waiters.clear()
  }

  return { request, requestAndWait, isSaturated: () => pending.size > 0 && running.size >= concurrency, stop }
}
