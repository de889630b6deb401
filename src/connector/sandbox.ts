import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, JsonObject } from '#model/json.ts'
import type { Secrets } from './kit.ts'

/** A small stand-in of a vendor, on loopback, for tests and the demo; `connectors/<vendor>/sandbox.ts` exports `startSandbox`. */
export interface Sandbox {
  /** Settings and secrets with which a system speaks to it. */
  settings: Json
  secrets: Secrets
  /** What it holds now, by object. */
  records(object: string): readonly JsonObject[]
  close(): Promise<void>
}

/** The live secret of this name. */
export function secretOf({ secrets }: Pick<Sandbox, 'secrets'>, name: string): string {
  const live = secrets[name]?.[0]
  if (live === undefined) throw new Error(`the sandbox has no secret "${name}"`)
  return live
}

/** Whom and what a sandbox is started with; the demo keeps its vendors' books by it and sets their clocks. */
export interface SandboxOptions {
  nowMs?: () => number
  watcher?: SandboxWatcher
}

/** Told of all that happens to the records of a sandbox. */
export interface SandboxWatcher {
  changed(change: SandboxChange): void
  /** A record was read through the API as it is now. */
  shown(object: string, id: string): void
}

/** One change of a record, as its vendor saw it happen. */
export interface SandboxChange {
  /** As the connector names it. */
  object: string
  id: string
  action: 'created' | 'updated' | 'deleted' | 'restored' | 'merged'
  /** The hub by the API, or a person in the vendor's own screens. */
  author: SandboxAuthor
  /** What was written, before the vendor made it its own. */
  given: JsonObject
  /** The record afterwards. */
  record: JsonObject
  /** Of a merge: the record that leads to this one since. */
  loserId?: string
}

export type SandboxAuthor = 'api' | 'person'

export const NOBODY_WATCHES: SandboxWatcher = { changed: () => undefined, shown: () => undefined }

/** The way to a sandbox, with what goes wrong on it. */
export interface SandboxNetwork {
  /** Calls that arrived, and those of them that were answered with 429. */
  calls: number
  throttled: number
  /** Answers every call like this until then. */
  refuse(untilMs: number, answer: SandboxAnswer): void
  /** Takes the server off the network for this long. */
  cut(forMs: number): Promise<void>
}

export interface SandboxCall {
  method: string
  /** Path without the query. */
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Uint8Array
}

export interface SandboxAnswer {
  status: number
  headers?: Readonly<Record<string, string>>
  json?: Json
}

/** Serves a sandbox's answers on a free port of loopback. */
export async function serveSandbox(
  answer: (call: SandboxCall) => SandboxAnswer,
): Promise<{ url: string; network: SandboxNetwork; close: () => Promise<void> }> {
  let refused: { untilMs: number; answer: SandboxAnswer } | undefined
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://sandbox')
      const { method = 'GET', headers } = request
      const given = { method, path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(chunks) }
      const isRefused = refused !== undefined && Date.now() < refused.untilMs
      const { status, headers: more, json } = isRefused && refused ? refused.answer : answer(given)
      network.calls += 1
      if (status === 429) network.throttled += 1
      response.writeHead(status, { 'content-type': 'application/json', ...more })
      response.end(json === undefined ? '' : JSON.stringify(json))
    })
  })
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the sandbox has no port')
    return address.port
  }
  const close = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.closeAllConnections()
    server.close()
    await closed
  }
  const port = await listen(0)
  const stopping = new AbortController()
  const network: SandboxNetwork = {
    calls: 0,
    throttled: 0,
    refuse: (untilMs, how) => void (refused = { untilMs, answer: how }),
    async cut(forMs) {
      await close()
      await sleep(forMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (!stopping.signal.aborted) await listen(port)
    },
  }
  const stop = async (): Promise<void> => {
    stopping.abort()
    await close()
  }
  return { url: `http://127.0.0.1:${port}`, network, close: stop }
}
