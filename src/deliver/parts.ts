import type { HubConfig } from '#config/config.ts'
import type { HubKey } from '#config/key.ts'
import type { Systems } from '#connector/system.ts'
import type { MappingLibrary } from '#mapping/library.ts'
import type { Ids } from '#model/ids.ts'
import { entityModel } from '#model/fields.ts'
import type { Json, JsonObject } from '#model/json.ts'
import type { Stage } from '#model/stages.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Tracing } from '#observe/tracing.ts'
import type { Database, Tx } from '#store/database.ts'
import type { CallParts } from './send/call.ts'
import type { DueDelivery, ResolvedLink } from './claim/claim.ts'
import type { Decision } from './decide/decision.ts'
import type { Gates } from './limits/gate.ts'

export interface DeliverParts extends CallParts {
  database: Database
  config: Pick<HubConfig, 'hub' | 'limits' | 'policy' | 'routes'>
  systems: Systems
  mappings: MappingLibrary
  gates: Gates
  ids: Ids
  /** The key of the hashes that keep erased persons out. */
  key: Pick<HubKey, 'hashes'>
  wake: (stage: Stage, shards: Iterable<number>) => void
  wakeAt: (stage: Stage, shard: number, at: Date) => void
  /** Has these golden records' deliveries planned again, once the transaction has committed. */
  replan: (tx: Tx, goldenIds: readonly string[], traceId: string) => Promise<void>
  /** What our calls told, and what must be read, as events; to be stored in the transaction that settles the deliveries. */
  ownEvents: (told: Told) => OwnEvents
  log: Log
  metrics: Metrics
  tracing?: Tracing | undefined
}

/** What settling deliveries makes known. */
export interface Told {
  /** Writes' own replies, where the system is a source too: its rendering of our values. */
  replies: readonly WriteReply[]
  /** Remote records that must be read before they are written, or written again. */
  reads: readonly ToRead[]
}

export interface OwnEvents {
  count: number
  /** Stored again they are no more. */
  store: (tx: Tx) => Promise<void>
  /** To be called when that is committed. */
  wake: () => void
}

/** A remote record that is to be read back. */
export interface ToRead {
  system: string
  object: string
  remoteId: string
  traceId: string
}

/** The state of a remote record as the vendor's reply to our write shows it. */
export interface WriteReply {
  system: string
  object: string
  remoteId: string
  /** Undefined: it is gone. */
  state: JsonObject | undefined
  /** When it was so: the vendor's time, else the start of the call; an edit made there since must count as newer. */
  atMs: number
  /** The vendor's version of the record then, if it has one. */
  version: string | undefined
  /** The id that it had until this write. */
  formerId?: string
  traceId: string
}

/**
 * Canonical values of a write, kept where the system reports back, to recognise its echoes: of the fields that the
 * outbound mapping reads, so that a field which we never wrote is never taken for one. A link is shown back by the id that
 * its target has in that system; one whose target is not there was not written. `except`: what the system keeps its own of.
 * The last write on leaving a route carries consents only: all else is there as it was sent before.
 */
export function sentFields(
  parts: Pick<DeliverParts, 'systems' | 'mappings' | 'config'>,
  delivery: Pick<DueDelivery, 'system' | 'object' | 'entity' | 'route' | 'action' | 'golden' | 'links' | 'remote'>,
  except: readonly string[] = [],
): JsonObject | undefined {
  if (!isHeard(parts, delivery)) return undefined
  const route = parts.config.routes.find(one => one.name === delivery.route)
  const reads = route === undefined ? undefined : parts.mappings.get(route.mapping)?.reads
  const { fields: models, linkFields } = entityModel(delivery.entity)
  const isLast = delivery.action === 'freeze'
  const written = Object.entries(delivery.golden.fields).filter(
    ([name]) =>
      (reads === undefined || reads.has(name)) &&
      !except.includes(name) &&
      !(isLast && models.get(name)?.survivorship !== 'consent'),
  )
  const links = new Set(linkFields.map(({ name }) => name))
  const fields = Object.fromEntries(
    written.flatMap(([name, value]) => (links.has(name) ? linkThere(name, value, delivery.links) : [[name, value]])),
  )
  return isLast ? { ...delivery.remote?.shadow.sent, ...fields } : fields
}

/** Canonical values that a write may bring: a vendor that takes whole documents gets what it keeps of its own back. */
export function writtenFields(
  parts: Parameters<typeof sentFields>[0],
  delivery: DueDelivery,
  { kept }: Decision & { kind: 'write' },
): JsonObject | undefined {
  const fields = sentFields(parts, delivery)
  if (fields === undefined || kept === undefined) return fields
  return { ...fields, ...Object.fromEntries(Object.entries(kept.seen).filter(([name]) => name in fields)) }
}

function linkThere(name: string, value: Json, links: readonly ResolvedLink[]): [string, Json][] {
  if (value === null) return [[name, value]]
  const { remoteId, remoteObject } = links.find(({ field }) => field === name) ?? {}
  return remoteId === undefined || remoteObject === undefined
    ? []
    : [[name, { $ref: { object: remoteObject, id: remoteId } }]]
}

/** Whether what a system says of its objects of this kind is mapped at all. */
export function isHeard(
  parts: Pick<DeliverParts, 'systems' | 'mappings'>,
  { system, object }: Pick<DueDelivery, 'system' | 'object'>,
): boolean {
  const folder = parts.systems.get(system)?.config.mappings ?? ''
  return parts.mappings.get(`${folder}/${object}.in`) !== undefined
}

/** Whether a remote record can be read back, so that what it holds is known before it is written. */
export function isReadable(
  parts: Pick<DeliverParts, 'systems' | 'mappings'>,
  delivery: Pick<DueDelivery, 'system' | 'object'>,
): boolean {
  return parts.systems.get(delivery.system)?.connector.pull?.read !== undefined && isHeard(parts, delivery)
}
