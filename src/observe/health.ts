import type { IncomingMessage, ServerResponse } from 'node:http'
import { sql } from 'kysely'
import type { Database } from '#store/database.ts'
import type { Metrics } from './metrics.ts'

/**
 * `/healthz` (the process lives), `/readyz` (it can take work) and `/metrics`, for which the readings are taken first.
 * Returns false for other paths.
 */
export function createHealth(
  database: Database,
  metrics: Pick<Metrics, 'registry'>,
  ready: () => boolean,
  readings: () => Promise<void>,
) {
  return async function health(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = (request.url ?? '').split('?')[0]
    switch (path) {
      case '/healthz':
        reply(response, 200, 'ok')
        return true
      case '/readyz': {
        const problem = ready() ? await databaseProblem(database) : 'starting or stopping'
        reply(response, problem === undefined ? 200 : 503, problem ?? 'ready')
        return true
      }
      case '/metrics':
        await readings()
        reply(response, 200, await metrics.registry.metrics(), metrics.registry.contentType)
        return true
      default:
        return false
    }
  }
}

async function databaseProblem(database: Database): Promise<string | undefined> {
  try {
    await sql`select 1`.execute(database.kysely)
    return undefined
  } catch {
    return 'the database does not answer'
  }
}

function reply(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
