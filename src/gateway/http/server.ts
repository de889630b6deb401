import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { LimitsConfig } from '#config/config.ts'
import type { Log } from '#observe/log.ts'

const HEADERS_TIMEOUT_MS = 10_000

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** The hub's HTTP server: intake sits in front on bare node:http (it is the hot path), everything else goes to the console. */
export function createHttpServer(
  handlers: { intake: Handler | undefined; others: Handler },
  limits: LimitsConfig,
  log: Log,
): Server {
  const server = createServer(
    {
      // Slow clients: all headers within 10 s, the whole request within the limit.
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, limits.requestTimeoutMs),
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: 65_000,
      maxHeaderSize: limits.headerBytesMax,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      const handler = handlers.intake !== undefined && isIntake(request.url ?? '') ? handlers.intake : handlers.others
      Promise.resolve(handler(request, response)).catch((error: unknown) => {
        log.error({ err: error, unit: 'http' }, 'a request failed')
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/problem+json' })
        response.end('{"type":"urn:patchbay:internal","title":"internal error","status":500,"code":"internal"}')
      })
    },
  )
  server.on('clientError', (error, socket) => {
    if (socket.writable) socket.end(`HTTP/1.1 ${statusOf(error)}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    else socket.destroy()
  })
  return server
}

/** What Node's HTTP server would answer by itself, were nobody listening. */
function statusOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout'
  return code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
}

function isIntake(url: string): boolean {
  return url.startsWith('/in/') || url.startsWith('/forms/')
}

/** Listens; resolves with the port (0 in the configuration means any free one). */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

const CLOSE_GRACE_MS = 5_000

/**
 * Takes no new connections and lets the requests under way end. A connection that is kept alive after its last request,
 * or never sent one, would hold the server open for a minute: idle ones are closed again and again, all of them at last.
 */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closing = setInterval(() => server.closeIdleConnections(), 50)
  const forcing = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
  await new Promise<void>(resolve => {
    server.close(() => resolve())
  })
  clearInterval(closing)
  clearTimeout(forcing)
}
