import { sql } from 'kysely'
import { readPage } from '../../paging.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { problem } from '../../problem.ts'
import { readGoldenDetail } from './golden-detail.ts'
import { findGoldenIds } from './golden-search.ts'
import { goldenShape } from './golden-shape.ts'

const EXPORT_LIMIT = 500

export function createGoldenHandlers(
  parts: ConsoleParts,
): Pick<Handlers, 'listGoldenRecords' | 'getGoldenRecord' | 'exportGoldenRecords'> {
  const { db, signer } = parts
  return {
    async listGoldenRecords({ query }) {
      const { q, entity, state } = query
      return await readPage(signer, {
        name: 'golden',
        query,
        async read(limit, after) {
          let rows = db.selectFrom('golden_record').selectAll()
          if (entity !== undefined) rows = rows.where('entity', '=', entity)
          if (state !== undefined) rows = rows.where('state', '=', state)
          if (after) rows = rows.where('id', '<', String(after[0]))
          if (q !== undefined) {
            const matches = await findGoldenIds(db, q, { entity, before: after && String(after[0]), limit })
            if (matches.length === 0) return []
            rows = rows.where('id', 'in', matches)
          }
          return await rows.orderBy('id', 'desc').limit(limit).execute()
        },
        key: row => [row.id],
        item: goldenShape,
      })
    },

    async getGoldenRecord({ path }) {
      const detail = await readGoldenDetail(parts, path.id)
      return detail ?? problem('golden_unknown', { id: path.id })
    },

    async exportGoldenRecords({ path, query }) {
      return await readPage(signer, {
        name: `export/${path.entity}`,
        query: { limit: EXPORT_LIMIT, ...query },
        async read(limit, after) {
          let rows = db
            .selectFrom('golden_record')
            .selectAll()
            .where('entity', '=', path.entity)
            .where('state', '=', 'active')
          if (after) rows = rows.where('id', '>', sql<string>`${String(after[0])}::uuid`)
          return await rows.orderBy('id').limit(limit).execute()
        },
        key: row => [row.id],
        item: goldenShape,
      })
    },
  }
}
