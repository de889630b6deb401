import { createHttpClient, type Exchange } from '#connector/network/guarded-http.ts'
import { createNetwork } from '#connector/network/network.ts'
import type { Access, PushItem, TokenStore } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { System } from '#connector/system.ts'
import type { MappingLibrary } from '#mapping/library.ts'
import type { Json } from '#model/json.ts'
import type { Certificates } from '#observe/certificates.ts'
import { traceparentOf } from '#observe/tracing.ts'
import type { CallHealth } from '../limits/gate.ts'

const REPLY_BYTES_MAX = 16 * 1024 * 1024
const EXCHANGES_KEPT = 5

export interface CallParts {
  allowPrivateAddresses: boolean
  tokens: (system: string) => TokenStore
  nowMs: () => number
  random: () => number
  /** What the inbound mappings read is what connectors ask their vendors for. */
  mappings: Pick<MappingLibrary, 'get'>
  certificates: Pick<Certificates, 'note'>
}

/** Everything one call to a vendor left behind. */
export interface CallRecord {
  exchanges: Exchange[]
  startedAtMs: number
  durationMs: number
}

/** Access to a system for one unit of work; its exchanges are recorded, redacted, for the attempt. */
export function openAccess(
  parts: CallParts,
  system: System,
  traceId: string,
  exchanges: Exchange[],
  spanId?: string,
): Access<unknown> {
  const { config } = system
  const allowPrivate = parts.allowPrivateAddresses
  const secrets = Object.values(config.secrets).flat()
  const record = (exchange: Exchange): void => {
    if (exchanges.length < EXCHANGES_KEPT) exchanges.push(exchange)
  }
  return {
    system: config.name,
    settings: config.settings,
    secrets: config.secrets,
    tokens: parts.tokens(config.name),
    nowMs: parts.nowMs,
    namesRead: object => parts.mappings.get(`${config.mappings}/${object}.in`)?.reads,
    http: createHttpClient({
      allowPrivate,
      timeoutMs: config.limits.timeoutMs,
      bodyBytesMax: REPLY_BYTES_MAX,
      userAgent: 'Patchbay/0.1',
      secrets,
      traceparent: traceparentOf(traceId, spanId),
      record,
      onCertificate: (host, endsAtMs) => parts.certificates.note(config.name, host, endsAtMs),
    }),
    network: createNetwork({ allowPrivate, secrets, record }),
  }
}

/** A push with the flag that it must look for an existing record first. */
export interface CallItem extends PushItem {
  look: boolean
}

/**
 * One push: looks first where that is asked, then writes; as many outcomes as items, whatever the connector does.
 * `readMade` gives the remote ids of what is known by then to have been made, by place.
 */
export async function pushItems(
  system: System,
  access: Access<unknown>,
  object: string,
  items: readonly CallItem[],
  readMade: () => Promise<ReadonlyMap<number, string>>,
): Promise<readonly Outcome[]> {
  const push = system.connector.push
  if (push === undefined) return items.map(() => rejected(`Connector ${system.connector.manifest.name} cannot write.`))
  try {
    const toLook = items.filter(item => item.look)
    const looked = toLook.length > 0 && push.find !== undefined ? await push.find(access, object, toLook) : undefined
    if (looked !== undefined && !looked.ok) {
      const { outcome } = looked
      const rest = items.filter(item => !item.look)
      const others = rest.length === 0 ? [] : await push.upsert(access, object, rest)
      return items.map(item => (item.look ? outcome : usable(others[rest.indexOf(item)])))
    }
    // What was found is linked first and then written as an update: it may belong to another golden record.
    const found = new Map(toLook.map((item, index) => [item, looked?.found[index]?.[0]]))
    const made = toLook.length === 0 ? undefined : await readMade()
    const known = items.map((item, index) => found.get(item) ?? made?.get(index))
    const rest = items.filter((_, index) => known[index] === undefined)
    const outcomes = rest.length === 0 ? [] : await push.upsert(access, object, rest)
    return items.map((item, index) => {
      const remoteId = known[index]
      return remoteId === undefined ? usable(outcomes[rest.indexOf(item)]) : { kind: 'exists', remoteId }
    })
  } catch (error) {
    // A connector that throws has a bug; whether it wrote is not known.
    const reason = `The connector failed: ${error instanceof Error ? error.message : String(error)}`
    return items.map(() => ({ kind: 'unknown', reason }))
  }
}

/** Only whether they are there: `exists`, or `gone`. */
export async function lookForItems(
  system: System,
  access: Access<unknown>,
  object: string,
  items: readonly PushItem[],
): Promise<readonly Outcome[]> {
  const find = system.connector.push?.find
  if (find === undefined) return items.map(() => rejected(`Connector ${system.connector.manifest.name} cannot search.`))
  try {
    const looked = await find(access, object, items)
    return items.map((_, index) => {
      if (!looked.ok) return looked.outcome
      const remoteId = looked.found[index]?.[0]
      return remoteId === undefined ? { kind: 'gone' } : usable({ kind: 'exists', remoteId })
    })
  } catch (error) {
    return items.map(() => failedConnector(error))
  }
}

export async function removeItems(
  system: System,
  access: Access<unknown>,
  object: string,
  items: readonly PushItem[],
  how: 'delete' | 'archive',
): Promise<readonly Outcome[]> {
  const remove = system.connector.push?.delete
  if (remove === undefined)
    return items.map(() => rejected(`Connector ${system.connector.manifest.name} cannot ${how}.`))
  try {
    const outcomes = await remove(access, object, items, how)
    return items.map((_, index) => outcomes[index] ?? missing())
  } catch (error) {
    return items.map(() => failedConnector(error))
  }
}

/** A connector that throws where nothing is written has a bug; the same is tried again. */
export function failedConnector(error: unknown): Outcome {
  return { kind: 'retry', reason: `The connector failed: ${error instanceof Error ? error.message : String(error)}` }
}

function rejected(reason: string): Outcome {
  return { kind: 'rejected', reason }
}

const REMOTE_ID_BYTES_MAX = 1_000

/** The connector's outcome, unless there is none, or it names a remote record by what can be no id. */
function usable(outcome: Outcome | undefined): Outcome {
  if (outcome === undefined) return missing()
  if (outcome.kind !== 'delivered' && outcome.kind !== 'exists') return outcome
  const bytes = Buffer.byteLength(outcome.remoteId)
  if (bytes > 0 && bytes <= REMOTE_ID_BYTES_MAX) return outcome
  return {
    kind: 'unknown',
    reason: `The connector returned an id of ${bytes} bytes; 1 to ${REMOTE_ID_BYTES_MAX} can be kept.`,
  }
}

function missing(): Outcome {
  return { kind: 'unknown', reason: 'The connector returned no outcome for this item.' }
}

/** What a call says about its system: throttling and rejections come from a system that is up. */
export function healthOf(outcomes: readonly Outcome[], exchanges: readonly Exchange[]): CallHealth {
  const failed =
    outcomes.length > 0 &&
    outcomes.every(outcome => outcome.kind === 'unknown' || (outcome.kind === 'retry' && outcome.throttled !== true))
  const quiet = outcomes.flatMap(outcome =>
    outcome.kind === 'retry' && outcome.throttled === true && outcome.notBeforeMs !== undefined
      ? [outcome.notBeforeMs]
      : [],
  )
  const disconnected = outcomes.find(outcome => outcome.kind === 'disconnected')
  return {
    ok: !failed,
    connect: failed && exchanges.every(exchange => exchange.status === undefined),
    ...(quiet.length === 0 ? {} : { quietUntilMs: Math.max(...quiet) }),
    ...(disconnected === undefined ? {} : { disconnected: disconnected.reason }),
  }
}

/** The outcome of a call that was not made, since the system takes none before that time. It costs no attempt. */
export function notCalled(notBeforeMs: number): Outcome {
  return { kind: 'retry', reason: 'The system takes no calls now (see its state).', notBeforeMs, throttled: true }
}

/** The attempt's outcome in one word: the worst of its items. */
export function summary(outcomes: readonly Outcome[]): Outcome['kind'] {
  const order: Outcome['kind'][] = [
    'disconnected',
    'unknown',
    'retry',
    'rejected',
    'conflict',
    'gone',
    'exists',
    'submitted',
    'delivered',
  ]
  return order.find(kind => outcomes.some(outcome => outcome.kind === kind)) ?? 'delivered'
}

export function exchangesJson(exchanges: readonly Exchange[]): Json[] {
  return exchanges.map(exchange => JSON.parse(JSON.stringify(exchange)) as Json)
}
