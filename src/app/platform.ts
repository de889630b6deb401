import type { PoolConfig } from 'pg'
import type { HubConfig } from '#config/config.ts'
import type { MappingLibrary } from '#mapping/library.ts'
import type { Ids } from '#model/ids.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Tracing } from '#observe/tracing.ts'
import type { QueueBackend } from '#queue/backend.ts'
import type { Wakes } from '#queue/wakes.ts'
import type { IdentityPolicy } from '#rules/identity/policy.ts'

/** What a hub stands on. The simulator gives it one whose time, chance, database and queue follow a seed. */
export interface Platform {
  /** The migrated database. */
  connection: string | PoolConfig
  /** No other process ever works on this database. */
  alone: boolean
  nowMs: () => number
  /** In [0, 1). */
  random: () => number
  ids: Ids
  identity: IdentityPolicy
  readMappings: (config: HubConfig) => Promise<MappingLibrary>
  openQueue: () => Promise<QueueBackend>
  metrics: Metrics
  tracing?: Tracing | undefined
  /** How often publications of mappings are looked for; absent: revisions are not kept, the files' mappings stay. */
  mappingsLookEveryMs?: number
  /** How often stages look for due rows by themselves; absent: as often as the queue's own default says. */
  sweepEveryMs?: number
  /** Stands between the stages and their wake-ups. */
  around?: (wakes: Wakes) => Wakes
}
