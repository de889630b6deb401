import { z } from 'zod'
import {
  type Connector,
  defineConnector,
  type FindQuery,
  type IncomingEvent,
  type PullResult,
  type PushItem,
  type RemoteState,
} from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'
import type { SimClock } from '../../contract.ts'
import { refusalOf } from '../mapping.ts'
import type { Network } from './network.ts'
import type { Vendor, VendorRecord } from './vendor.ts'
import { TOKEN } from './webhooks.ts'

const PAGE = 20

type Failed = { ok: false; outcome: Outcome }
type ReadResult = { ok: true; records: readonly RemoteState[] } | Failed
type FindResult = { ok: true; found: readonly (readonly string[])[] } | Failed

export interface ConnectorParts {
  vendor: Vendor
  network: Network
  clock: SimClock
  /** The real customer whom a document is about, told by its keys. */
  customerOf(document: JsonObject, vendor: Vendor, ext: string): string
  tell(line: string): void
}

/** A real connector in front of a simulated vendor. */
export function createConnector(parts: ConnectorParts): Connector<unknown> {
  const { vendor, network } = parts
  const { dialect } = vendor
  return defineConnector<unknown>({
    manifest: {
      name: `sim-${dialect.system}`,
      title: { en: dialect.system, zh: dialect.system },
      category: 'generic',
      description: { en: 'A simulated vendor.', zh: '模拟系统。' },
      settings: z.strictObject({}),
      secrets: {},
      objects: ['contact', 'company'],
      limits: { concurrency: 4, timeoutMs: 30_000 },
      indexLagMs: dialect.indexLagMs,
      idempotency: dialect.upserts ? 'upsert' : 'find',
    },
    webhook: {
      methods: ['POST'],
      malformedStatus: 400,
      redact: () => ({ headers: ['x-token'], query: [], path: false }),
      verify: request =>
        request.headers['x-token'] === TOKEN
          ? { ok: true }
          : { ok: false, code: 'credentials_wrong', message: 'the token is not the one agreed' },
      split(request) {
        const body: unknown = JSON.parse(Buffer.from(request.body).toString('utf8'))
        const events = typeof body === 'object' && body !== null && 'events' in body ? body.events : []
        return {
          ok: true,
          events: (Array.isArray(events) ? events : []).filter(isJsonObject).map(event => incoming(event)),
        }
      },
    },
    pull: {
      changes: (_access, object, cursor) =>
        network.call<PullResult>(
          () => changes(vendor, object, cursor),
          outcome => ({ ok: false, outcome }),
          lostRead,
        ),
      read: (_access, object, ids) =>
        network.call<ReadResult>(
          () => ({ ok: true as const, records: ids.flatMap(id => readOne(vendor, object, id)) }),
          outcome => ({ ok: false as const, outcome }),
          lostRead,
        ),
      readMax: () => 10,
    },
    push: {
      batchMax: () => dialect.batchMax,
      async upsert(_access, object, items) {
        for (const item of items) {
          const record = item.remoteId === undefined ? undefined : vendor.records.get(item.remoteId)
          if (record !== undefined) vendor.attempted(record, valuesOf(vendor, item))
          else if (item.remoteId === undefined) creating(parts, object, item)
        }
        const outcomes = await network.call<readonly Outcome[]>(
          () => items.map(item => upsert(parts, object, item)),
          outcome => items.map(() => outcome),
          reason => items.map(() => ({ kind: 'unknown', reason })),
        )
        for (const outcome of outcomes) if ('remoteId' in outcome) told(parts, outcome.remoteId)
        for (const outcome of outcomes) if (outcome.kind === 'delivered') stored(parts, outcome.remoteId)
        return outcomes
      },
      async delete(_access, _object, items, how) {
        for (const { remoteId = '' } of items) {
          const record = vendor.records.get(remoteId)
          if (record !== undefined) record.removalAskedMs ??= parts.clock.nowMs()
        }
        return await network.call<readonly Outcome[]>(
          () => items.map(item => remove(parts, item, how)),
          outcome => items.map(() => outcome),
          reason => items.map(() => ({ kind: 'unknown', reason })),
        )
      },
      async find(_access, object, queries) {
        for (const query of queries) creating(parts, object, query)
        const answer = await network.call<FindResult>(
          () => ({ ok: true as const, found: queries.map(query => find(parts, object, query)) }),
          outcome => ({ ok: false as const, outcome }),
          lostRead,
        )
        if (answer.ok) for (const [id] of answer.found) if (id !== undefined) told(parts, id)
        return answer
      },
      canFind: () => true,
      patches: () => dialect.writes === 'patch',
    },
  })
}

function creating({ vendor, clock, customerOf }: ConnectorParts, object: string, item: FindQuery): void {
  const customer = customerOf(item.content, vendor, item.externalId)
  vendor.creates.push({ object, customer, content: item.content, atMs: clock.nowMs() })
}

/** The hub knows this id from now on. */
function told({ vendor, clock }: ConnectorParts, id: string): void {
  const record = vendor.records.get(id)
  if (record !== undefined) record.toldMs ??= clock.nowMs()
}

/** What it wrote is stored, as the hub knows from now on. */
function stored({ vendor, clock }: ConnectorParts, id: string): void {
  for (const values of Object.values(vendor.records.get(id)?.hubValues ?? {}))
    for (const value of values) value.toldMs ??= clock.nowMs()
}

function lostRead(reason: string): Failed {
  return { ok: false, outcome: { kind: 'retry', reason } }
}

function incoming(event: JsonObject): IncomingEvent {
  const text = (name: string): string | undefined => (typeof event[name] === 'string' ? event[name] : undefined)
  const [id, eventId, version, at] = [text('record'), text('event'), text('version'), text('at')]
  const [author, into] = [text('author'), text('into')]
  const data = isJsonObject(event['data']) ? event['data'] : {}
  return {
    object: text('object') ?? 'contact',
    type: text('type') ?? 'unknown',
    kind: kindOf(text('type')),
    payload: Buffer.from(JSON.stringify(data)),
    contentType: 'application/json',
    whole: data['rev'] !== undefined,
    ...(id === undefined ? {} : { remoteId: id }),
    ...(eventId === undefined ? {} : { vendorEventId: eventId }),
    ...(version === undefined ? {} : { version }),
    ...(author === undefined ? {} : { author }),
    ...(into === undefined ? {} : { mergedInto: into }),
    ...(at === undefined ? {} : { occurredAtMs: Date.parse(at) }),
  }
}

function kindOf(type: string | undefined): IncomingEvent['kind'] {
  switch (type?.split('.')[1]) {
    case 'deleted':
      return 'delete'
    case 'restored':
      return 'restore'
    case 'merged':
      return 'merge'
    default:
      return 'snapshot'
  }
}

/** Records changed since the cursor (a revision), oldest first. */
function changes(vendor: Vendor, object: string, cursor: Json | undefined): PullResult {
  const since = typeof cursor === 'number' ? cursor : 0
  const changed = [...vendor.records.values()]
    .filter(record => record.object === object && record.rev > since)
    .sort((left, right) => left.rev - right.rev)
  const page = changed.slice(0, PAGE)
  return {
    ok: true,
    records: page.map(record => remoteState(vendor, record)),
    cursor: page.at(-1)?.rev ?? since,
    more: changed.length > PAGE,
  }
}

function readOne(vendor: Vendor, object: string, id: string): RemoteState[] {
  const record = vendor.records.get(id)
  return record === undefined || record.object !== object || record.deleted !== undefined
    ? []
    : [remoteState(vendor, record)]
}

function remoteState(vendor: Vendor, record: VendorRecord): RemoteState {
  const modifiedAtMs = vendor.vendorMs(record)
  return {
    remoteId: record.id,
    state: vendor.state(record),
    ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }),
    ...(vendor.dialect.clock === 'version' ? { version: String(record.version) } : {}),
    ...(record.deleted === undefined ? {} : { deleted: true }),
  }
}

/**
 * Living records that a search finds: by our id, or by mail; a search knows only what is older than its index lag. What is
 * changed in a record puts it under other words later; it does not hide it under the id that it was made with.
 */
function find({ vendor, clock, tell }: ConnectorParts, object: string, query: FindQuery): string[] {
  const { dialect } = vendor
  const mail = query.content[dialect.member('email')]
  const nowMs = clock.nowMs()
  const found = vendor
    .living(object)
    .filter(record =>
      record.ext === query.externalId
        ? record.createdMs + dialect.indexLagMs <= nowMs
        : typeof mail === 'string' &&
          mailOf(vendor, record) === mail.toLowerCase() &&
          record.changedMs + dialect.indexLagMs <= nowMs,
    )
    .sort((left, right) => Number(right.ext === query.externalId) - Number(left.ext === query.externalId))
    .map(record => record.id)
  tell(`hub looks in ${dialect.system} for ${JSON.stringify(mail ?? null)}: ${found.join(', ') || 'nothing'}`)
  return found
}

export function mailOf({ dialect }: Vendor, record: VendorRecord): string | undefined {
  const mail = record.members[dialect.member('email')]?.v
  return typeof mail === 'string' ? mail.trim().toLowerCase() : undefined
}

function upsert(parts: ConnectorParts, object: string, item: PushItem): Outcome {
  const { vendor } = parts
  const { dialect } = vendor
  if (item.remoteId !== undefined) {
    const record = vendor.records.get(item.remoteId)
    if (record === undefined || record.deleted !== undefined) return { kind: 'gone' }
    return update(parts, record, item)
  }
  const refusal = refusalOf(dialect, item.content)
  if (refusal !== undefined) return { kind: 'rejected', reason: refusal }
  const known = dialect.upserts ? vendor.living(object).find(record => record.ext === item.externalId) : undefined
  if (known !== undefined) return update(parts, known, item)
  const mail = item.content[dialect.member('email')]
  const twin =
    dialect.uniqueEmail && typeof mail === 'string'
      ? vendor.living(object).find(record => mailOf(vendor, record) === mail.toLowerCase())
      : undefined
  if (twin !== undefined) return { kind: 'exists', remoteId: twin.id }
  const customer = parts.customerOf(item.content, vendor, item.externalId)
  const record = vendor.create(object, customer, item.content, 'hub', item.externalId)
  parts.tell(`hub creates ${record.id} for ${customer} ${JSON.stringify(item.content)}`)
  return delivered(vendor, record)
}

function update(parts: ConnectorParts, record: VendorRecord, item: PushItem): Outcome {
  const { vendor } = parts
  const { dialect } = vendor
  if (dialect.conditional && item.version !== undefined && item.version !== String(record.version))
    return { kind: 'conflict', reason: `the record is at version ${record.version}` }
  const refusal = refusalOf(dialect, valuesOf(vendor, item))
  if (refusal !== undefined) return { kind: 'rejected', reason: refusal }
  const values = valuesOf(vendor, item)
  record.archived = false
  const changed = vendor.write(record, values, 'hub')
  vendor.given(record, keptOf(item, values))
  parts.tell(`hub writes ${record.id} ${JSON.stringify(values)}${changed.length === 0 ? ' (no change)' : ''}`)
  return delivered(vendor, record)
}

function valuesOf({ dialect }: Vendor, item: PushItem): JsonObject {
  return dialect.writes === 'patch' ? item.changed : { ...item.changed, ...item.content }
}

/** What a route lets the system keep (`losingEdits: keepLocal`) goes along for a vendor that takes whole documents. */
function keptOf({ content, sent = {} }: PushItem, written: JsonObject): JsonObject {
  const isKept = ([name, v]: [string, Json]): boolean => !(name in written) && !jsonEqual(v, sent[name] ?? null)
  return Object.fromEntries(Object.entries(content).filter(isKept))
}

function delivered(vendor: Vendor, record: VendorRecord): Outcome {
  const { state, version, modifiedAtMs } = remoteState(vendor, record)
  return {
    kind: 'delivered',
    remoteId: record.id,
    ...(vendor.dialect.repliesState ? { state } : {}),
    ...(version === undefined ? {} : { version }),
    ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }),
  }
}

function remove({ vendor, tell }: ConnectorParts, item: PushItem, how: 'archive' | 'delete'): Outcome {
  const record = item.remoteId === undefined ? undefined : vendor.records.get(item.remoteId)
  if (record === undefined || record.deleted !== undefined) return { kind: 'gone' }
  if (how === 'archive') record.archived = true
  else vendor.remove(record, 'hub')
  tell(`hub ${how}s ${record.id}`)
  return { kind: 'delivered', remoteId: record.id }
}
