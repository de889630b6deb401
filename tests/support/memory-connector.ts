import { z } from 'zod'
import {
  type Connector,
  defineConnector,
  type IdsResult,
  type IncomingEvent,
  type PullResult,
  type PushItem,
} from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'

/** A vendor held in memory behind a real connector: every test looks at what arrived, and says how it answers. */
export interface MemoryVendor {
  connector: Connector<unknown>
  records: Map<string, JsonObject>
  writes: { object: string; item: PushItem; at: number }[]
  /** Answers instead of the vendor, when it returns an outcome. */
  answer: (object: string, item: PushItem) => Outcome | undefined | Promise<Outcome | undefined>
  /** Waited for before a search is answered. */
  finding: () => Promise<void>
  reads: string[][]
  /** Answers a poll for changes, when set; the cursor is what the last one gave. */
  changes: ((cursor: Json | undefined) => PullResult) | undefined
  /** Answers a list of ids, when set; else it is that of the records. */
  ids: ((cursor: Json | undefined) => IdsResult) | undefined
  removals: { object: string; item: PushItem; how: 'delete' | 'archive' }[]
  /** Answers a removal instead of the vendor, when it returns an outcome. */
  removalAnswer: (item: PushItem) => Outcome | undefined | Promise<Outcome | undefined>
  /** Calls of `upsert` under way, and the most there ever were. */
  calls: { running: number; most: number }
}

const settings = z.strictObject({ token: z.string().default('t') })

/** Events in: `[{type, object, id, eventId, at, version, kind, whole, data}]` with the token in a header. */
export function createMemoryVendor(
  name: string,
  options: {
    batchMax?: number | ((object: string) => number)
    find?: boolean
    concurrency?: number
    patches?: boolean
  } = {},
): MemoryVendor {
  const records = new Map<string, JsonObject>()
  let made = 0
  async function write(object: string, item: PushItem): Promise<Outcome> {
    vendor.writes.push({ object, item, at: Date.now() })
    const answer = await vendor.answer(object, item)
    if (answer !== undefined) return answer
    made = Math.max(made, records.size) + (item.remoteId === undefined ? 1 : 0)
    const remoteId = item.remoteId ?? `${name}-${made}`
    records.set(remoteId, { ...records.get(remoteId), ...item.changed })
    return { kind: 'delivered', remoteId }
  }
  async function remove(object: string, item: PushItem, how: 'delete' | 'archive'): Promise<Outcome> {
    vendor.removals.push({ object, item, how })
    const answer = await vendor.removalAnswer(item)
    if (answer !== undefined) return answer
    const remoteId = item.remoteId ?? ''
    return records.delete(remoteId) ? { kind: 'delivered', remoteId } : { kind: 'gone' }
  }
  const vendor: MemoryVendor = {
    records,
    writes: [],
    reads: [],
    finding: async () => {},
    answer: () => undefined,
    changes: undefined,
    ids: undefined,
    removals: [],
    removalAnswer: () => undefined,
    calls: { running: 0, most: 0 },
    connector: defineConnector<unknown>({
      manifest: {
        name,
        title: { en: name, zh: name },
        category: 'generic',
        description: { en: name, zh: name },
        settings,
        secrets: {},
        objects: ['contact', 'company', 'order'],
        limits: { concurrency: options.concurrency ?? 4, timeoutMs: 2_000 },
        indexLagMs: 50,
        idempotency: options.find === false ? 'atLeastOnce' : 'find',
      },
      webhook: {
        methods: ['POST'],
        malformedStatus: 400,
        redact: () => ({ headers: ['x-token'], query: [], path: false }),
        verify: request =>
          request.headers['x-token'] === 't'
            ? { ok: true }
            : { ok: false, code: 'credentials_wrong', message: 'wrong token' },
        split(request) {
          let items: unknown
          try {
            items = JSON.parse(Buffer.from(request.body).toString())
          } catch {
            return { ok: false, code: 'malformed', message: 'not JSON' }
          }
          return { ok: true, events: (Array.isArray(items) ? items : [items]).filter(isJsonObject).map(incoming) }
        },
      },
      pull: {
        readMax: () => 50,
        async changes(_access, _object, cursor) {
          return vendor.changes?.(cursor) ?? { ok: true, records: [], cursor: cursor ?? null, more: false }
        },
        async ids(_access, _object, cursor) {
          return vendor.ids?.(cursor) ?? { ok: true, ids: [...records.keys()], cursor: null, more: false }
        },
        async read(_access, _object, ids) {
          vendor.reads.push([...ids])
          return {
            ok: true,
            records: ids.flatMap(id =>
              [...records].flatMap(([key, state]) => (key === id ? [{ remoteId: id, state }] : [])),
            ),
          }
        },
      },
      push: {
        ...(options.patches === true ? { patches: () => true } : {}),
        batchMax: object =>
          typeof options.batchMax === 'function' ? options.batchMax(object) : (options.batchMax ?? 10),
        async upsert(_access, object, items) {
          const { calls } = vendor
          calls.running += 1
          calls.most = Math.max(calls.most, calls.running)
          try {
            return await Promise.all(items.map(item => write(object, item)))
          } finally {
            calls.running -= 1
          }
        },
        async delete(_access, object, items, how) {
          return await Promise.all(items.map(item => remove(object, item, how)))
        },
        ...(options.find === false
          ? {}
          : {
              async find(_access, _object, queries) {
                await vendor.finding()
                return {
                  ok: true,
                  found: queries.map(query =>
                    [...records].filter(([, record]) => record['ext'] === query.externalId).map(([id]) => id),
                  ),
                }
              },
            }),
      },
    }),
  }
  return vendor
}

function incoming(item: JsonObject): IncomingEvent {
  const text = (name: string): string | undefined => (typeof item[name] === 'string' ? item[name] : undefined)
  const [id, eventId, version, at] = [text('id'), text('eventId'), text('version'), text('at')]
  const author = text('author')
  const mergedInto = text('mergedInto')
  return {
    object: text('object') ?? 'contact',
    type: text('type') ?? 'contact.updated',
    kind: kindOf(text('kind')),
    payload: Buffer.from(JSON.stringify(item['data'] ?? {})),
    contentType: 'application/json',
    whole: item['whole'] !== false,
    ...(id === undefined ? {} : { remoteId: id }),
    ...(eventId === undefined ? {} : { vendorEventId: eventId }),
    ...(version === undefined ? {} : { version }),
    ...(mergedInto === undefined ? {} : { mergedInto }),
    ...(author === undefined ? {} : { author }),
    ...(at === undefined ? {} : { occurredAtMs: Date.parse(at) }),
  }
}

function kindOf(kind: string | undefined): IncomingEvent['kind'] {
  switch (kind) {
    case 'fact':
    case 'delete':
    case 'restore':
    case 'merge':
    case 'unknown':
      return kind
    default:
      return 'snapshot'
  }
}
