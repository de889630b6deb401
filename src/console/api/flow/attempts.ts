import type { Selectable } from 'kysely'
import { uuidOfMs } from '#store/partitions.ts'
import type { AttemptTable } from '#store/schema/delivering.ts'
import type { components } from '../../api.gen.ts'
import { readPage } from '../../paging.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { problem } from '../../problem.ts'

const LIST_COLUMNS = [
  'id',
  'system',
  'object',
  'operation',
  'outcome',
  'status',
  'deliveries',
  'started_at',
  'duration_ms',
  'trace_id',
] as const satisfies readonly (keyof AttemptTable)[]

export function createAttemptHandlers(parts: ConsoleParts): Pick<Handlers, 'listAttempts' | 'getAttempt'> {
  const { db, signer } = parts
  return {
    async listAttempts({ query }) {
      return await readPage(signer, {
        name: 'attempts',
        query,
        async read(limit, after) {
          let rows = db.selectFrom('attempt').select(LIST_COLUMNS)
          if (query.system !== undefined) rows = rows.where('system', '=', query.system)
          if (query.outcome !== undefined) rows = rows.where('outcome', '=', query.outcome)
          if (query.traceId !== undefined) rows = rows.where('trace_id', '=', query.traceId)
          if (query.since !== undefined) rows = rows.where('id', '>=', uuidOfMs(Date.parse(query.since)))
          if (query.until !== undefined) rows = rows.where('id', '<', uuidOfMs(Date.parse(query.until)))
          if (after) rows = rows.where('id', '<', String(after[0]))
          return await rows.orderBy('id', 'desc').limit(limit).execute()
        },
        key: row => [row.id],
        item: attemptShape,
      })
    },

    async getAttempt({ path }) {
      const [row] = await readAttempts(parts, [path.id])
      return row ?? problem('attempt_unknown', { id: path.id })
    },
  }
}

/** Attempts with their exchanges, newest first. */
export async function readAttempts(
  { db }: Pick<ConsoleParts, 'db'>,
  ids: readonly string[],
): Promise<components['schemas']['AttemptDetail'][]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('attempt')
    .select([...LIST_COLUMNS, 'exchanges'])
    .where('id', 'in', [...ids])
    .orderBy('id', 'desc')
    .execute()
  return rows.map(row => ({ ...attemptShape(row), exchanges: row.exchanges }))
}

function attemptShape(
  row: Pick<Selectable<AttemptTable>, (typeof LIST_COLUMNS)[number]>,
): components['schemas']['Attempt'] {
  return {
    id: row.id,
    system: row.system,
    object: row.object,
    operation: row.operation,
    outcome: row.outcome,
    status: row.status,
    deliveries: row.deliveries,
    startedAt: row.started_at.toISOString(),
    durationMs: row.duration_ms,
    traceId: row.trace_id,
  }
}
