import type { JsonObject } from '#model/json.ts'
import type { Entity } from '#model/entities.ts'
import type { Compare } from '#rules/comparators.ts'
import type { Secrets } from '#connector/kit.ts'
import type { AlertsConfig } from './alerts/alerts.ts'

/** The whole configuration after validation: what `patchbay.yaml` says with all defaults filled in and secrets resolved. Nothing else reads files or the environment. */
export interface HubConfig {
  hub: HubSettings
  teams: Readonly<Record<string, TeamConfig>>
  systems: Readonly<Record<string, SystemConfig>>
  routes: readonly RouteConfig[]
  policy: PolicyConfig
  limits: LimitsConfig
  retention: RetentionConfig
  alerts: AlertsConfig
}

export interface HubSettings {
  host: string
  port: number
  /** What vendors call; signatures over URLs use it. Default: http://host:port. */
  publicUrl: string
  dataDir: string
  /** Where traces go, by OTLP over HTTP; absent: none are made. */
  otlpEndpoint?: string
  mappingsDirs: readonly string[]
  /** Outgoing calls to private address ranges (10/8, 192.168/16, loopback ...). Link-local and metadata addresses are always refused. */
  allowPrivateAddresses: boolean
  defaultCountry: string
}

export interface TeamConfig {
  title?: string
  email?: string
}

export interface SystemConfig {
  name: string
  connector: string
  team?: string
  title?: string
  /** Validated by the connector's own schema. */
  settings: unknown
  secrets: Secrets
  /** Folder below `mappings/`: the system's own name for generic connectors, the vendor's by default. */
  mappings: string
  /** Statements of equal time: the higher wins. Default 0. */
  priority: number
  /** Names under which the vendor records our own writes as made. */
  author?: readonly string[]
  /** When the credentials end that a person must renew (epoch ms); absent: not known. */
  credentialsExpireMs?: number
  objects: Readonly<Record<string, SystemObjectConfig>>
  limits: SystemLimits
}

export interface SystemLimits {
  concurrency: number
  perSecond?: number
  perDay?: number
  timeoutMs: number
  /** How long an open circuit waits before its first probe. */
  probeAfterMs: number
}

export interface SystemObjectConfig {
  /** How often changes are pulled (ms); absent: never by itself. */
  pollEveryMs?: number
  /** How often the ids that exist there are compared with those known here (ms), to find deletes; absent: never. */
  compareIdsEveryMs?: number
  /** Load group for first link. */
  loadGroup?: string
  /** Changes from one cause within ten minutes that are let through; the larger of both counts. Default 200 records, 2 percent. */
  brake?: 'off' | { records: number; percent: number }
  /** By canonical field: what the vendor may change in a value that still counts as ours. */
  compare?: Readonly<Record<string, readonly Compare[]>>
}

export interface RouteConfig {
  name: string
  entity: Entity
  system: string
  object: string
  /** JSONata condition over the golden record's fields; absent: all. */
  when?: string
  /** Mapping name; default `<system's mappings folder>/<object>.out`. */
  mapping: string
  onRouteExit: 'freeze' | 'archive' | 'delete'
  onSourceDelete: 'ignore' | 'archive' | 'delete'
  losingEdits: 'writeBack' | 'keepLocal'
}

export interface PolicyConfig {
  /** Statements of different systems closer than this are ordered by priority. */
  skewToleranceMs: number
  dedupeWindowMs: number
  factRepeatMs: number
  /** Per entity and field (`*`: all that are not named): overrides of the canonical model's survivorship. */
  survivorship: Readonly<Record<string, Readonly<Record<string, SurvivorshipOverride>>>>
  /** Keys never used for matching, such as info@ addresses; exact or with a leading or trailing `*`. */
  blockedKeys: readonly string[]
  /** A key held by more source records than this links nothing more. */
  keyUsesMax: number
  /** How weak evidence is used; absent when it is not. */
  matching?: MatchingConfig
}

/** Thresholds are bits, the logarithm (base 2) of the odds that two records are of one customer. */
export interface MatchingConfig {
  linkBits: number
  reviewBits: number
  /** A customer of more source records does not grow by weak evidence. */
  clusterRecordsMax: number
  /** A file of trained weights, from the folder of patchbay.yaml; the built-in ones when absent. */
  model?: string
}

export interface SurvivorshipOverride {
  rule: 'mostRecent' | 'priority' | 'longest' | 'mostComplete'
  /** For `priority`: systems, best first. */
  systems?: readonly string[]
}

export interface LimitsConfig {
  bodyBytesMax: number
  headerBytesMax: number
  requestTimeoutMs: number
  eventsPerRequestMax: number
  mappingTimeMs: number
  mappingOutputBytesMax: number
  nestingMax: number
  shards: number
  refusedKeptPerSystem: number
}

export interface RetentionConfig {
  requestsDays: number
  eventsDays: number
  attemptsDays: number
  refusedHours: number
}

/** A mistake in the configuration, with where it is and what was expected. */
export interface ConfigProblem {
  file: string
  line?: number
  column?: number
  path: string
  message: string
  expected?: string
}

export type ConfigResult =
  | { ok: true; config: HubConfig; raw: JsonObject; hash: string; warnings: readonly ConfigProblem[] }
  | { ok: false; problems: readonly ConfigProblem[] }
