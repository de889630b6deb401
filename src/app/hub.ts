import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Watch } from '#alerts/watch.ts'
import type { HubKey } from '#config/key.ts'
import type { ConfigResult } from '#config/config.ts'
import type { Connector } from '#connector/kit.ts'
import type { Systems } from '#connector/system.ts'
import type { createTokenStores } from '#deliver/limits/tokens.ts'
import type { Appender } from '#gateway/append/append.ts'
import type { AppendEvents } from '#gateway/incoming.ts'
import type { MappingLibrary } from '#mapping/library.ts'
import type { Ids } from '#model/ids.ts'
import type { Certificates } from '#observe/certificates.ts'
import type { Log } from '#observe/log.ts'
import type { IdentityPolicy } from '#rules/identity/policy.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Tracing } from '#observe/tracing.ts'
import type { Wakes } from '#queue/wakes.ts'
import type { Database } from '#store/database.ts'
import type { Role } from '#store/processes.ts'
import type { EffectiveConfig, OwnConfig } from './config/effective.ts'
import type { LiveMatching } from './matching/settings.ts'
import type { MappingRevisions } from './mappings/revisions.ts'
import type { LivePolicy } from './policy/live.ts'

export interface HubOptions extends OwnConfig {
  connectors: ReadonlyMap<string, Connector<unknown>>
  key: HubKey
  /** The user's PostgreSQL; absent: the embedded one in the data folder. */
  databaseUrl?: string | undefined
  /** BullMQ on Redis; absent: on PostgreSQL. */
  redisUrl?: string | undefined
  role?: Role
  /** Reads the configuration file as it is now; absent: it is what it was at the start. */
  readFile?: () => ConfigResult
  log: Log
  /** Settings of the embedded server, for tests. */
  serverSettings?: Readonly<Record<string, string>>
  /** The console's request handler, made from the running parts. */
  console?: (parts: HubParts) => (request: IncomingMessage, response: ServerResponse) => void
}

/** What runs, for the console, the demo, the benchmark and tests. */
export interface HubParts extends EffectiveConfig {
  database: Database
  systems: Systems
  mappings: MappingLibrary
  /** Undefined where revisions are not kept. */
  revisions: MappingRevisions | undefined
  matching: LiveMatching
  /** Undefined where the policy is that of the file, whatever was applied. */
  policy: LivePolicy | undefined
  /** Reads the configuration file as it is now, for a look at what it would change. */
  readFile: (() => ConfigResult) | undefined
  metrics: Metrics
  /** Undefined where nobody asked for traces. */
  tracing?: Tracing | undefined
  wakes: Wakes
  appender: Appender
  append: AppendEvents
  ids: Ids
  /** How strong keys are read. */
  identity: IdentityPolicy
  key: HubKey
  nowMs: () => number
  log: Log
  /** SQL statements sent so far. */
  statements: () => number
  /** The pools of this process by name. */
  pools: Readonly<Record<string, Pick<Database, 'load'>>>
  refreshGates: () => Promise<void>
  calls: {
    allowPrivateAddresses: boolean
    tokens: ReturnType<typeof createTokenStores>
    nowMs: () => number
    random: () => number
    mappings: MappingLibrary
    certificates: Certificates
  }
}

export interface Hub extends HubParts {
  /** Looks for what is wrong, and tells of it. */
  alerts: Watch
  url: string
  port: number
  /** Drains and stops everything that this hub started. */
  stop(): Promise<void>
}
