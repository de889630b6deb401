import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'

/** One call to a sandbox. `segments` is the path without empty parts. */
export interface Call {
  method: string
  segments: readonly string[]
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  text: string
  json: Json | undefined
}

export interface Answer {
  status: number
  json?: Json
  headers?: Record<string, string>
}

export interface VendorServerOptions {
  host: string
  port: number
  handle: (call: Call) => Answer | Promise<Answer>
}

/** A vendor's HTTP front: keep-alive JSON over `node:http`, which can be unplugged and plugged in again on the same port. */
export interface VendorServer {
  url: () => string
  start: () => Promise<void>
  stop: () => Promise<void>
}

export function createVendorServer({ host, port, handle }: VendorServerOptions): VendorServer {
  let server: Server | undefined
  let boundPort = port
  return {
    url: () => `http://${host}:${boundPort}`,
    start: () =>
      new Promise((resolve, reject) => {
        const starting = createServer((request, response) => void serve(request, response, handle))
        starting.keepAliveTimeout = 30_000
        starting.once('error', reject)
        starting.listen(boundPort, host, () => {
          const address = starting.address()
          if (address !== null && typeof address === 'object') boundPort = address.port
          server = starting
          resolve()
        })
      }),
    stop: () =>
      new Promise(resolve => {
        const stopping = server
        server = undefined
        if (!stopping) return resolve()
        stopping.close(() => resolve())
        stopping.closeAllConnections()
      }),
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  handle: VendorServerOptions['handle'],
): Promise<void> {
  try {
    const answer = await handle(await readCall(request))
    const body = answer.json === undefined ? '' : JSON.stringify(answer.json)
    response.writeHead(answer.status, {
      ...(body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      'content-length': String(Buffer.byteLength(body)),
      ...answer.headers,
    })
    response.end(body)
  } catch (error) {
    if (response.headersSent) response.destroy()
    else response.writeHead(500).end(JSON.stringify({ error: String(error) }))
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  const url = new URL(request.url ?? '/', 'http://sandbox')
  const isJson = (request.headers['content-type'] ?? '').includes('json')
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    segments: url.pathname.split('/').filter(Boolean).map(decodeURIComponent),
    query: url.searchParams,
    headers: request.headers,
    text,
    json: isJson && text !== '' ? parseJson(text) : undefined,
  }
}

function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

/** The member as an object, or an empty one. */
export function objectAt(value: Json | undefined, key?: string): JsonObject {
  const member = key === undefined ? value : isJsonObject(value) ? value[key] : undefined
  return isJsonObject(member) ? member : {}
}

/** The member as a list, or an empty one. */
export function listAt(value: Json | undefined, key: string): Json[] {
  const member = isJsonObject(value) ? value[key] : undefined
  return Array.isArray(member) ? member : []
}

/** The member as text; numbers become their digits; everything else is empty. */
export function textAt(value: Json | undefined, key: string): string {
  const member = isJsonObject(value) ? value[key] : undefined
  return typeof member === 'string' ? member : typeof member === 'number' ? String(member) : ''
}

/** Any value as text: what is no text goes in its JSON form. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
