import { sql } from 'kysely'
import { uuidOfMs } from '#store/partitions.ts'
import { readPage } from '../../paging.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { audit } from '../../audit.ts'
import { problem } from '../../problem.ts'
import { EVENT_COLUMNS, eventShape } from './events.ts'
import { showPayload } from './payload.ts'

const REQUEST_COLUMNS = ['id', 'system', 'method', 'path', 'content_type', 'status', 'received_at', 'trace_id'] as const
const EVENTS_SHOWN_MAX = 200

export function createRequestHandlers(
  parts: ConsoleParts,
): Pick<Handlers, 'listRequests' | 'getRequest' | 'listRefusedRequests' | 'verifyRefused'> {
  const { db, signer } = parts
  return {
    async listRequests({ query }) {
      return await readPage(signer, {
        name: 'requests',
        query,
        async read(limit, after) {
          let rows = db
            .selectFrom('request')
            .select(REQUEST_COLUMNS)
            .select(sql<number>`length(body)`.as('body_bytes'))
          if (query.system !== undefined) rows = rows.where('system', '=', query.system)
          if (query.traceId !== undefined) rows = rows.where('trace_id', '=', query.traceId)
          if (query.since !== undefined) rows = rows.where('id', '>=', uuidOfMs(Date.parse(query.since)))
          if (query.until !== undefined) rows = rows.where('id', '<', uuidOfMs(Date.parse(query.until)))
          if (after) rows = rows.where('id', '<', String(after[0]))
          return await rows.orderBy('id', 'desc').limit(limit).execute()
        },
        key: row => [row.id],
        item: requestShape,
      })
    },

    async getRequest({ path }) {
      const row = await db
        .selectFrom('request')
        .select([...REQUEST_COLUMNS, 'headers', 'body'])
        .where('id', '=', path.id)
        .executeTakeFirst()
      if (!row) return problem('request_unknown', { id: path.id })
      const events = await db
        .selectFrom('event')
        .select(EVENT_COLUMNS)
        .where('request_id', '=', path.id)
        // Events are made with their request: looking only behind its id reads few partitions.
        .where('id', '>=', uuidOfMs(row.received_at.getTime() - 60_000))
        .where('id', '<', uuidOfMs(row.received_at.getTime() + 3_600_000))
        .orderBy('item')
        .limit(EVENTS_SHOWN_MAX)
        .execute()
      return {
        ...requestShape({ ...row, body_bytes: row.body.length }),
        headers: row.headers,
        body: showPayload(row.body, row.content_type),
        events: events.map(eventShape),
      }
    },

    async listRefusedRequests({ query }) {
      return await readPage(signer, {
        name: 'refused',
        query,
        async read(limit, after) {
          let rows = db
            .selectFrom('refused_request')
            .select(['id', 'system', 'code', 'method', 'body_bytes', 'received_at', 'trace_id'])
          if (query.system !== undefined) rows = rows.where('system', '=', query.system)
          if (after) rows = rows.where('id', '<', String(after[0]))
          return await rows.orderBy('id', 'desc').limit(limit).execute()
        },
        key: row => [row.id],
        item: row => ({
          id: row.id,
          system: row.system,
          code: row.code,
          method: row.method,
          bodyBytes: row.body_bytes,
          receivedAt: row.received_at.toISOString(),
          traceId: row.trace_id,
        }),
      })
    },

    async verifyRefused({ body, actor }) {
      if (!Object.hasOwn(parts.config.systems, body.system)) {
        return problem('system_not_configured', { name: body.system })
      }
      const result = await parts.actions.verifyRefused(body.system)
      await audit(db, {
        id: parts.uuid(),
        actor: actor.name,
        action: 'refused.verify',
        target: body.system,
        detail: { ...result },
      })
      return result
    },
  }
}

interface RequestRow {
  id: string
  system: string
  method: string
  path: string
  content_type: string | null
  status: number
  body_bytes: number
  received_at: Date
  trace_id: string
}

export function requestShape(row: RequestRow) {
  return {
    id: row.id,
    system: row.system,
    method: row.method,
    path: row.path,
    contentType: row.content_type,
    status: row.status,
    bodyBytes: row.body_bytes,
    receivedAt: row.received_at.toISOString(),
    traceId: row.trace_id,
  }
}
