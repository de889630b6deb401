import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool, type PoolConfig } from 'pg'
import { childOptions, serveParent } from './children.ts'

/**
 * The limit that receiving is measured against: the least that can be called durable. A bare `node:http` server verifies
 * Standard Webhooks and writes the same request rows into the same table of the same PostgreSQL; what arrives while a commit is
 * under way goes into the next one. It parses nothing, dedupes nothing, counts nothing and logs nothing.
 */
export interface ReferenceOptions {
  connection: PoolConfig
  /** base64. */
  key: string
  system: string
  /** `request`: the request rows alone. `all`: every row that the hub writes when it receives. */
  rows: 'request' | 'all'
}

interface Received {
  id: string
  headers: string
  body: Buffer
  response: ServerResponse
}

const TOLERANCE_SECONDS = 300
/** As many commits under way as the hub allows itself. */
const LANES = 2
const ROWS_MAX = 256

const options = childOptions() as ReferenceOptions
const key = Buffer.from(options.key, 'base64')
const pool = new Pool({ ...options.connection, max: LANES })
pool.on('error', () => {})
let waiting: Received[] = []
let lanes = 0

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => void chunks.push(chunk))
  request.on('end', () => receive(request, Buffer.concat(chunks), response))
})

function receive(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  if (!isSigned(request, body)) {
    response.writeHead(401, { 'content-length': 0 }).end()
    return
  }
  waiting.push({ id: String(request.headers['webhook-id']), headers: JSON.stringify(request.headers), body, response })
  if (waiting.length === 1) setImmediate(commitNext)
}

function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers
  if (typeof signature !== 'string' || Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false
  const expected = createHmac('sha256', key)
    .update(`${String(id)}.${String(timestamp)}.`)
    .update(body)
    .digest()
  const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function commitNext(): void {
  while (lanes < LANES && waiting.length > 0) {
    const batch = waiting.slice(0, ROWS_MAX)
    waiting = waiting.slice(ROWS_MAX)
    lanes += 1
    void store(batch).finally(() => {
      lanes -= 1
      commitNext()
    })
  }
}

async function store(batch: readonly Received[]): Promise<void> {
  const status = await commit(batch).then(
    () => 202,
    () => 503,
  )
  for (const { response } of batch) response.writeHead(status, { 'content-length': 0 }).end()
}

const INPUT = `unnest($3::uuid[], $4::text[], $5::int[], $6::int[], $7::uuid[], $8::uuid[], $9::text[]) as t(id, headers, at, len, event_id, dedupe_key, vendor_id)`
const TRACE = '0123456789abcdef0123456789abcdef'
const REQUESTS = `insert into request (id, system, method, path, headers, content_type, body, status, trace_id, received_at)
  select t.id, $1, 'POST', '', t.headers::jsonb, 'application/json', substring($2::bytea from t.at + 1 for t.len), 202, '${TRACE}', now() from ${INPUT}`
const ALL = `with requests as (${REQUESTS}), dedupes as (
    insert into event_dedupe (key, event_id, expires_at) select t.dedupe_key, t.event_id, now() + interval '30 days' from ${INPUT}
  )
  insert into event (id, request_id, system, object, type, kind, origin, remote_id, vendor_event_id, occurred_at, received_at, whole,
    content_type, shard, state, due_at, trace_id)
  select t.event_id, t.id, $1, 'contact', 'contact.created', 'snapshot', 'webhook', t.vendor_id, t.vendor_id, now(), now(), true,
    'application/json', 0, 'pending', now(), '${TRACE}' from ${INPUT}`

/** One statement for all rows; the bodies go as one parameter of raw bytes, which is the cheapest way to send them. */
async function commit(batch: readonly Received[]): Promise<void> {
  const ends: number[] = []
  for (const { body } of batch) ends.push((ends.at(-1) ?? 0) + body.length)
  const columns = [
    options.system,
    Buffer.concat(batch.map(({ body }) => body)),
    batch.map(() => timeOrderedId()),
    batch.map(({ headers }) => headers),
    batch.map(({ body }, index) => (ends[index] ?? 0) - body.length),
    batch.map(({ body }) => body.length),
    batch.map(() => timeOrderedId()),
    batch.map(() => randomUUID()),
    batch.map(({ id }) => id),
  ]
  await pool.query({ name: options.rows, text: options.rows === 'all' ? ALL : REQUESTS, values: columns })
}

/** A UUID that begins with the time, so that rows go into the partition of the day, at the end of the index. */
function timeOrderedId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

serveParent(
  {
    async ready() {
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      return { port: (server.address() as AddressInfo).port }
    },
  },
  async () => {
    server.close()
    server.closeAllConnections()
    await pool.end()
  },
)
