import { sql } from 'kysely'
import { listPurpose, pageOf, readCursor } from '../../cursor.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { problem } from '../../problem.ts'
import { readGoldenDetail } from './golden-detail.ts'
import { findGoldenIds } from './golden-search.ts'
import { goldenShape } from './golden-shape.ts'

export function createGoldenHandlers(
  parts: ConsoleParts,
): Pick<Handlers, 'listGoldenRecords' | 'getGoldenRecord' | 'exportGoldenRecords'> {
  const { db, signer } = parts
  return {
    async listGoldenRecords({ query }) {
      const { limit = 50, q, entity, state } = query
      const purpose = listPurpose('golden', query)
      const after = readCursor(signer, purpose, query.cursor)
      if (after === 'invalid') return problem('cursor_foreign', {})
      let rows = db.selectFrom('golden_record').selectAll()
      if (entity !== undefined) rows = rows.where('entity', '=', entity)
      if (state !== undefined) rows = rows.where('state', '=', state)
      if (after) rows = rows.where('id', '<', String(after[0]))
      if (q !== undefined) {
        const matches = await findGoldenIds(db, q, { entity, before: after && String(after[0]), limit: limit + 1 })
        if (matches.length === 0) return { items: [] }
        rows = rows.where('id', 'in', matches)
      }
      const found = await rows
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      return pageOf(found, limit, goldenShape, row => signer.sign(purpose, { k: [row.id] }))
    },

    async getGoldenRecord({ path }) {
      const detail = await readGoldenDetail(parts, path.id)
      return detail ?? problem('golden_unknown', { id: path.id })
    },

    async exportGoldenRecords({ path, query }) {
      const { limit = 500 } = query
      const purpose = listPurpose(`export/${path.entity}`, {})
      const after = readCursor(signer, purpose, query.cursor)
      if (after === 'invalid') return problem('cursor_foreign', {})
      let rows = db
        .selectFrom('golden_record')
        .selectAll()
        .where('entity', '=', path.entity)
        .where('state', '=', 'active')
      if (after) rows = rows.where('id', '>', sql<string>`${String(after[0])}::uuid`)
      const found = await rows
        .orderBy('id')
        .limit(limit + 1)
        .execute()
      return pageOf(found, limit, goldenShape, row => signer.sign(purpose, { k: [row.id] }))
    },
  }
}
