import type { PoolConfig } from 'pg'
import type { Owner } from '../scheduler.ts'

/**
 * What may happen around a statement of a process of the hub: it dies before it, or after it and before its answer. Whoever
 * runs the statement calls `die` at that moment: what the process holds goes with it, and the statement must not run
 * outside of the transaction that it belongs to.
 */
export type StatementFault = (owner: Owner, text: string) => Death | undefined

export interface Death {
  at: 'before' | 'after'
  die(): void
}

/** A PostgreSQL as the simulator uses it: one inside this process, or a real server. */
export interface Backend {
  readonly kind: 'memory' | 'real'
  /** For `pg`: connections that belong to the process that opens them. */
  readonly connection: PoolConfig
  /** Lets go of what dead processes hold: an open transaction is rolled back. */
  reap(): void
  /** True while what `rows` would see is in the middle of a transaction or, on a real server, of any statement. */
  isHeld(): boolean
  /** True while the database works inside this process, and asks for the time. */
  isBusy(): boolean
  /** Rows of a statement without parameters, as texts; outside of all that the seed orders. */
  rows(text: string): Promise<(string | null)[][]>
  /** Runs a statement for its effect. */
  run(text: string): Promise<void>
  /** Drops all connections and begins to count anew. */
  restart(): Promise<void>
  statements(): number
  close(): Promise<void>
}
