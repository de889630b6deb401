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
