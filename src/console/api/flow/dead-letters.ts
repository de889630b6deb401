import { sql } from 'kysely'
import type { components } from '../../api.gen.ts'
import { listPurpose, readCursor } from '../../cursor.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { problem } from '../../problem.ts'

type DeadLetter = components['schemas']['DeadLetter']

/** Dead events, newest first, then dead deliveries: one list, so that nothing that needs a person is overlooked. */
export function createDeadLetterHandlers(parts: ConsoleParts): Pick<Handlers, 'listDeadLetters'> {
  const { signer } = parts
  return {
    async listDeadLetters({ query }) {
      const { limit = 50, kind, system } = query
      const purpose = listPurpose('dead', query)
      const after = readCursor(signer, purpose, query.cursor)
      if (after === 'invalid') return problem('cursor_foreign', {})
      const found: { letter: DeadLetter; key: string[] }[] = []
      if (kind !== 'delivery' && after?.[0] !== 'delivery') {
        found.push(...(await deadEvents(parts, system, after?.[1], limit + 1)))
      }
      if (kind !== 'event' && found.length <= limit) {
        const from = after?.[0] === 'delivery' ? after.slice(1).map(String) : undefined
        found.push(...(await deadDeliveries(parts, system, from, limit + 1 - found.length)))
      }
      const shown = found.slice(0, limit)
      const last = shown.at(-1)
      return {
        items: shown.map(({ letter }) => letter),
        ...(found.length > limit && last && { next: signer.sign(purpose, { k: last.key }) }),
      }
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
