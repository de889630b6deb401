import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
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
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://sandbox')
      const { method = 'GET', headers } = request
      const given = { method, path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(chunks) }
      const { status, headers: more, json } = answer(given)
      response.writeHead(status, { 'content-type': 'application/json', ...more })
      response.end(json === undefined ? '' : JSON.stringify(json))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the sandbox has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
