/** One timer per shard, for the earliest time asked for. */
export interface ShardTimers {
  set(shard: number, at: Date): void
  stop(): void
}

/** Node's timers hold 31 bits; a longer one is set again when this part of it is over. */
const timerMaxMs = 3_600_000

/**
 * The database's clock decides what is due. If ours is ahead, a drain at our time finds nothing and names the same time
 * again: this pause keeps that from becoming a busy loop.
 */
const pastPauseMs = 250

export function createShardTimers(fire: (shard: number) => void): ShardTimers {
  const timers = new Map<number, { atMs: number; handle: NodeJS.Timeout }>()

  function arm(shard: number, atMs: number): void {
    const leftMs = atMs - Date.now()
    const handle = setTimeout(
      () => {
        timers.delete(shard)
        if (atMs - Date.now() > 0) arm(shard, atMs)
        else fire(shard)
      },
      Math.min(leftMs > 0 ? leftMs : pastPauseMs, timerMaxMs),
    )
    timers.set(shard, { atMs, handle })
  }

  return {
    set(shard, at) {
      const known = timers.get(shard)
      if (known !== undefined && known.atMs <= at.getTime()) return
      clearTimeout(known?.handle)
      arm(shard, at.getTime())
    },
    stop() {
      for (const { handle } of timers.values()) clearTimeout(handle)
      timers.clear()
    },
  }
}
