import type { ExpressionBuilder, Selectable } from 'kysely'
import { sql } from 'kysely'
import { uuidOfMs } from '#store/partitions.ts'
import type { Schema } from '#store/schema.ts'
import type { EventTable } from '#store/schema/receiving.ts'
import type { components } from '../../api.gen.ts'
import { readPage } from '../../paging.ts'
import { audit } from '../../audit.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { problem } from '../../problem.ts'
import { showPayload } from './payload.ts'

export type EventShape = components['schemas']['Event']
export type EventFilter = components['schemas']['EventFilter']

export const EVENT_COLUMNS = [
  'id',
  'request_id',
  'system',
  'object',
  'type',
  'kind',
  'origin',
  'remote_id',
  'state',
  'reason',
  'detail',
  'run',
  'attempts',
  'occurred_at',
  'received_at',
  'settled_at',
  'due_at',
  'trace_id',
] as const satisfies readonly (keyof EventTable)[]
type EventListRow = Pick<Selectable<EventTable>, (typeof EVENT_COLUMNS)[number]>

export function createEventHandlers(parts: ConsoleParts): Pick<Handlers, 'listEvents' | 'getEvent' | 'replayEvent'> {
  const { db, signer } = parts
  return {
    async listEvents({ query }) {
      const { traceId, requestId } = query
      return await readPage(signer, {
        name: 'events',
        query,
        async read(limit, after) {
          let rows = db
            .selectFrom('event')
            .select(EVENT_COLUMNS)
            .where(eb => matchesEvent(eb, query))
          if (traceId !== undefined) rows = rows.where('trace_id', '=', traceId)
          if (requestId !== undefined) rows = rows.where('request_id', '=', requestId)
          if (after) rows = rows.where('id', '<', String(after[0]))
          return await rows.orderBy('id', 'desc').limit(limit).execute()
        },
        key: row => [row.id],
        item: eventShape,
      })
    },

    async getEvent({ path }) {
      const event = await readEvent(parts, path.id)
      return event ?? problem('event_unknown', { id: path.id })
    },

    async replayEvent({ path, actor }) {
      const event = await db.selectFrom('event').select('state').where('id', '=', path.id).executeTakeFirst()
      if (!event) return problem('event_unknown', { id: path.id })
      if (event.state === 'pending' || event.state === 'reading') {
        return problem('event_not_settled', { state: event.state })
      }
      const done = await parts.actions.replayEvents([path.id])
      const act = { actor: actor.name, action: 'event.replay', target: path.id, detail: { done } }
      await audit(db, { id: parts.uuid(), ...act })
      return { done }
    },
  }
}

/** One event with its payload, which is its request's body when it has no bytes of its own. */
export async function readEvent(
  { db }: Pick<ConsoleParts, 'db'>,
  id: string,
): Promise<components['schemas']['EventDetail'] | undefined> {
  const row = await db.selectFrom('event').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) return undefined
  const request =
    row.payload === null && row.request_id !== null
      ? await db
          .selectFrom('request')
          .select(['body', 'content_type'])
          .where('id', '=', row.request_id)
          .executeTakeFirst()
      : undefined
  const contentType = row.content_type ?? request?.content_type ?? null
  const remote =
    row.remote_id === null
      ? undefined
      : await db
          .selectFrom('remote_record')
          .select('golden_id')
          .where('system', '=', row.system)
          .where('object', '=', row.object)
          .where('remote_id', '=', row.remote_id)
          .executeTakeFirst()
  return {
    ...eventShape(row),
    payload: showPayload(row.payload ?? request?.body ?? null, contentType),
    contentType,
    notes: row.notes,
    vendorEventId: row.vendor_event_id,
    version: row.version,
    author: row.author,
    goldenId: remote?.golden_id ?? null,
    mappingRevision: row.mapping_revision,
  }
}

export function eventShape(row: EventListRow): EventShape {
  return {
    id: row.id,
    requestId: row.request_id,
    system: row.system,
    object: row.object,
    type: row.type,
    kind: row.kind,
    origin: row.origin,
    remoteId: row.remote_id,
    state: row.state,
    reason: row.reason,
    detail: row.detail,
    run: row.run,
    attempts: row.attempts,
    occurredAt: row.occurred_at?.toISOString() ?? null,
    receivedAt: row.received_at.toISOString(),
    settledAt: row.settled_at?.toISOString() ?? null,
    dueAt: row.due_at?.toISOString() ?? null,
    traceId: row.trace_id,
  }
}

/** The condition of a filter. Times become bounds on the id, which is a uuid v7: only the partitions of those days are read. */
export function matchesEvent(eb: ExpressionBuilder<Schema, 'event'>, filter: EventFilter) {
  const conditions = [
    ...(filter.ids ? [eb('id', 'in', filter.ids)] : []),
    ...(filter.system !== undefined ? [eb('system', '=', filter.system)] : []),
    ...(filter.state !== undefined ? [eb('state', '=', filter.state)] : []),
    ...(filter.reason !== undefined ? [eb('reason', '=', filter.reason)] : []),
    ...(filter.type !== undefined ? [eb('type', '=', filter.type)] : []),
    ...(filter.object !== undefined ? [eb('object', '=', filter.object)] : []),
    ...(filter.remoteId !== undefined ? [eb('remote_id', '=', filter.remoteId)] : []),
    ...(filter.since !== undefined ? [eb('id', '>=', uuidOfMs(Date.parse(filter.since)))] : []),
    ...(filter.until !== undefined ? [eb('id', '<', uuidOfMs(Date.parse(filter.until)))] : []),
  ]
  return conditions.length === 0 ? sql<boolean>`true` : eb.and(conditions)
}
