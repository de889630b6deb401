import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Received {
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
}

/** Somebody else's HTTP server: keeps what comes and answers as it is told. */
export interface Receiver {
  url: string
  received: Received[]
  answer: (request: Received) => { status: number; body?: string; headers?: Record<string, string> }
  close: () => Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://receiver')
    const { pathname: path, searchParams: query } = url
    const received = { path, query, headers: request.headers, body: await text(request) }
    receiver.received.push(received)
    const { status, body = '', headers } = receiver.answer(received)
    response.writeHead(status, headers).end(body)
  }
  const server = createServer((request, response) => void serve(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: () => ({ status: 200, body: 'ok' }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}
