import type { HubConfig } from '#config/config.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Certificates } from '#observe/certificates.ts'
import type { Log } from '#observe/log.ts'
import type { Database } from '#store/database.ts'

/** What readings are taken from. */
export interface ReadingParts {
  config: HubConfig
  database: Database
  pools: Readonly<Record<string, Pick<Database, 'load'>>>
  calls: { certificates: Certificates }
  metrics: Metrics
  log: Pick<Log, 'warn'>
  nowMs: () => number
  /** SQL statements sent so far. */
  statements: () => number
}

/** Gauges that are set when somebody looks, since what they tell stands in the database or the machine. */
export interface Reading {
  name: string
  /** Looks in between share one answer: counting is not free. */
  freshMs: number
  /** It waits longer when it takes long: this share of the time at most. Absent: whatever it takes. */
  shareMax?: number
  take(parts: ReadingParts): void | Promise<void>
}
