import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, JsonObject } from '#model/json.ts'
import { createRandom } from './random.ts'
import { createTable } from './table.ts'
import type { Change, Row, Table } from './table.ts'
import { createVendorServer } from './vendor-server.ts'
import type { Answer, Call } from './vendor-server.ts'
import { createWebhookSender } from './webhook-sender.ts'
import type { OutgoingWebhook, WebhookSender } from './webhook-sender.ts'

export type VendorName = 'crm' | 'helpdesk' | 'erp' | 'marketing'

export interface SandboxOptions {
  host?: string
  /** 0 takes a free port. */
  port?: number
  seed: number
  /** The hub's intake for this vendor, such as `http://127.0.0.1:4600/in/crm`; absent: no webhooks. */
  webhookTarget?: string
  nowMs?: () => number
  /** For benchmarks: no webhooks, no search lag, no limits; arrivals are recorded. */
  fast?: boolean
}

export interface SandboxCounters {
  calls: number
  writes: number
  created: number
  updated: number
  deleted: number
  throttled: number
  /** Answers with a status of 400 and more, throttling aside. */
  refused: number
}

export interface Faults {
  /** Answers 429 for this long. */
  throttle(forMs: number): void
  /** Takes the server off the network for this long; resolves when it is back. */
  unplug(forMs: number): Promise<void>
  /** Makes every token and session given out so far invalid. */
  revokeTokens: () => void
}

/** A small stand-in of one vendor: its API, its database and its webhooks. */
export interface Sandbox {
  name: VendorName
  url: () => string
  start: () => Promise<void>
  stop: () => Promise<void>
  setWebhookTarget(url: string): void
  /** All remote records by object. */
  records(): Record<string, readonly Row[]>
  record(object: string, id: string): Row | undefined
  /** The id of the record with this value in a unique field. */
  find(object: string, field: string, value: string): string | undefined
  /** A change made by a person in the vendor's own screens; answers the record's id. Undefined id: a new record. */
  edit(object: string, id: string | undefined, fields: JsonObject): string
  remove(object: string, id: string): void
  /** Sends a webhook that no change of a record stands behind (campaign events, unknown types, broken ones). */
  emit(webhook: OutgoingWebhook): void
  counters: SandboxCounters
  faults: Faults
  webhooks: WebhookSender
  /** In fast mode: first arrival of each marked record (its mail address or name), and forgets them. */
  takeArrivals(): [mark: string, atMs: number][]
}

/** What a vendor's own file adds to the common frame. */
export interface Vendor {
  tables: Readonly<Record<string, Table>>
  handle: (call: Call) => Answer
  /** The signed webhook for one change, undefined when the vendor sends none. */
  webhook(object: string, change: Change): OutgoingWebhook | undefined
  throttled(retryAfterSeconds: number): Answer
  revokeTokens: () => void
}

export interface VendorFrame {
  nowMs: () => number
  fast: boolean
  /** Opens a table whose changes are counted and announced by webhook. */
  table: (object: string, options: { firstId: number; unique: readonly string[] }) => Table
}

export interface VendorDefinition {
  name: VendorName
  normalise: (object: string, fields: JsonObject) => JsonObject
  open(frame: VendorFrame): Vendor
}

const RETRY_AFTER_SECONDS = 2
const ARRIVALS_MAX = 2_000_000

export function createSandboxOf(definition: VendorDefinition, options: SandboxOptions): Sandbox {
  const { host = '127.0.0.1', port = 0, seed, nowMs = Date.now, fast = false } = options
  const counters: SandboxCounters = {
    calls: 0,
    writes: 0,
    created: 0,
    updated: 0,
    deleted: 0,
    throttled: 0,
    refused: 0,
  }
  let webhookTarget = options.webhookTarget
  const stopping = new AbortController()
  let throttledUntilMs = 0
  let arrivals: [string, number][] = []
  const webhooks = createWebhookSender(() => webhookTarget, createRandom(seed))

  const onChange = (object: string, change: Change): void => {
    counters[change.action]++
    if (change.row.author === 'api') counters.writes++
    if (fast) {
      if (change.row.author === 'api' && arrivals.length < ARRIVALS_MAX) arrivals.push([markOf(change.row), nowMs()])
      return
    }
    const webhook = vendor.webhook(object, change)
    if (webhook === undefined || webhookTarget === undefined) return
    webhooks.send(webhook)
  }
  const vendor = definition.open({
    nowMs,
    fast,
    table: (object, { firstId, unique }) =>
      createTable({
        firstId,
        unique,
        nowMs,
        normalise: fields => definition.normalise(object, fields),
        onChange: change => onChange(object, change),
      }),
  })
  const tableOf = (object: string): Table => {
    const table = vendor.tables[object]
    if (!table) throw new Error(`${definition.name} has no object ${object}`)
    return table
  }
  const handle = (call: Call): Answer => {
    if (call.segments[0] === '_sandbox') return control(call, sandbox)
    counters.calls++
    if (!fast && nowMs() < throttledUntilMs) {
      counters.throttled++
      return vendor.throttled(RETRY_AFTER_SECONDS)
    }
    const answer = vendor.handle(call)
    if (answer.status >= 400) counters.refused++
    return answer
  }
  const server = createVendorServer({ host, port, handle })

  const sandbox: Sandbox = {
    name: definition.name,
    url: server.url,
    start: server.start,
    async stop() {
      stopping.abort()
      webhooks.stop()
      await server.stop()
    },
    setWebhookTarget: url => void (webhookTarget = url),
    records: () => Object.fromEntries(Object.entries(vendor.tables).map(([object, table]) => [object, table.all()])),
    record: (object, id) => tableOf(object).get(id),
    find: (object, field, value) => tableOf(object).findBy(field, value)?.id,
    edit(object, id, fields) {
      const table = tableOf(object)
      const result = id === undefined ? table.insert(fields, 'user') : table.patch(id, fields, 'user')
      // A person who types in an existing mail address is shown the existing record and edits that one.
      if (result && !result.ok) return result.existing.id
      if (!result) throw new Error(`${definition.name} has no ${object} ${id}`)
      return result.row.id
    },
    remove: (object, id) => void tableOf(object).remove(id, 'user'),
    emit: webhook => webhooks.send(webhook),
    counters,
    faults: {
      throttle: forMs => void (throttledUntilMs = nowMs() + forMs),
      async unplug(forMs) {
        await server.stop()
        await sleep(forMs, undefined, { signal: stopping.signal }).catch(() => undefined)
        if (!stopping.signal.aborted) await server.start()
      },
      revokeTokens: vendor.revokeTokens,
    },
    webhooks,
    takeArrivals() {
      const taken = arrivals
      arrivals = []
      return taken
    },
  }
  return sandbox
}

/** How a benchmark finds its record again: by mail address, else by name. */
function markOf({ fields, id }: Row): string {
  for (const field of ['email', 'email_address', 'name', 'title', 'subject'])
    if (typeof fields[field] === 'string') return fields[field]
  return id
}

/** The operator's door of a sandbox in a process of its own: counters, records, arrivals, faults. No vendor has it. */
function control({ method, segments, query }: Call, sandbox: Sandbox): Answer {
  const forMs = Number(query.get('ms') ?? 5000)
  switch (`${method} ${segments[1] ?? ''}`) {
    case 'GET counters':
      return { status: 200, json: { ...sandbox.counters, webhooks: { ...sandbox.webhooks.counters } } }
    case 'GET records':
      return { status: 200, json: asJson(sandbox.records()) }
    case 'POST arrivals':
      return { status: 200, json: sandbox.takeArrivals() }
    case 'POST throttle':
      sandbox.faults.throttle(forMs)
      return { status: 202, json: {} }
    case 'POST unplug':
      setImmediate(() => void sandbox.faults.unplug(forMs))
      return { status: 202, json: {}, headers: { connection: 'close' } }
    default:
      return { status: 404, json: { error: 'no such control' } }
  }
}

function asJson(records: Record<string, readonly Row[]>): Json {
  return Object.fromEntries(Object.entries(records).map(([object, rows]) => [object, rows.map(row => ({ ...row }))]))
}
