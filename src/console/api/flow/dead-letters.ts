import { sql } from 'kysely'
import type { components } from '../../api.gen.ts'
import { readPage } from '../../paging.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'

type DeadLetter = components['schemas']['DeadLetter']

/** Dead events, newest first, then dead deliveries: one list, so that nothing that needs a person is overlooked. */
export function createDeadLetterHandlers(parts: ConsoleParts): Pick<Handlers, 'listDeadLetters'> {
  const { signer } = parts
  return {
    async listDeadLetters({ query }) {
      const { kind, system } = query
      return await readPage(signer, {
        name: 'dead',
        query,
        async read(limit, after) {
          const isAmongDeliveries = after?.[0] === 'delivery'
          const events =
            kind === 'delivery' || isAmongDeliveries ? [] : await deadEvents(parts, system, after?.[1], limit)
          if (kind === 'event' || events.length === limit) return events
          const from = isAmongDeliveries ? after.slice(1).map(String) : undefined
          return [...events, ...(await deadDeliveries(parts, system, from, limit - events.length))]
        },
        key: ({ key }) => key,
        item: ({ letter }): DeadLetter => letter,
      })
    },
  }
}

async function deadEvents(
  { db }: ConsoleParts,
  system: string | undefined,
  before: string | number | undefined,
  limit: number,
) {
  let rows = db
    .selectFrom('event')
    .select(['id', 'system', 'object', 'remote_id', 'reason', 'detail', 'settled_at'])
    .where('state', '=', 'dead')
  if (system !== undefined) rows = rows.where('system', '=', system)
  if (before !== undefined) rows = rows.where('id', '<', String(before))
  const found = await rows.orderBy('id', 'desc').limit(limit).execute()
  return found.map(row => ({
    key: ['event', row.id],
    letter: {
      kind: 'event' as const,
      system: row.system,
      object: row.object,
      reason: row.reason,
      detail: row.detail,
      at: row.settled_at?.toISOString() ?? null,
      eventId: row.id,
      remoteId: row.remote_id,
    },
  }))
}

async function deadDeliveries(
  { db }: ConsoleParts,
  system: string | undefined,
  from: string[] | undefined,
  limit: number,
) {
  let rows = db
    .selectFrom('delivery')
    .select(['system', 'object', 'golden_id', 'remote_id', 'reason', 'detail', 'settled_at', 'event_id'])
    .where('state', '=', 'dead')
  if (system !== undefined) rows = rows.where('system', '=', system)
  if (from) rows = rows.where(sql<boolean>`(system, object, golden_id) > (${from[0]}, ${from[1]}, ${from[2]}::uuid)`)
  const found = await rows.orderBy('system').orderBy('object').orderBy('golden_id').limit(limit).execute()
  return found.map(row => ({
    key: ['delivery', row.system, row.object, row.golden_id],
    letter: {
      kind: 'delivery' as const,
      system: row.system,
      object: row.object,
      reason: row.reason,
      detail: row.detail,
      at: row.settled_at?.toISOString() ?? null,
      goldenId: row.golden_id,
      remoteId: row.remote_id,
      ...(row.event_id !== null && { eventId: row.event_id }),
    },
  }))
}
