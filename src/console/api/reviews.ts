import { sql } from 'kysely'
import { isJsonObject } from '#model/json.ts'
import type { JsonObject } from '#model/json.ts'
import type { Db } from '#store/database.ts'
import type { components } from '../api.gen.ts'
import { listPurpose, pageOf, readCursor } from '../cursor.ts'
import type { ConsoleParts, Handlers } from '../handler.ts'
import { problem } from '../problem.ts'

type Review = components['schemas']['Review']

interface ReviewColumns {
  id: string
  kind: string
  entity: string
  left_id: string
  right_id: string
  evidence: JsonObject
  state: string
  opened_at: Date
  decided_at: Date | null
  decided_by: string | null
}

/** Pairs of customers that evidence holds together and apart at once, duplicates, and verdicts on them. */
export function createReviewHandlers({ db, signer }: ConsoleParts): Pick<Handlers, 'listReviews' | 'listDuplicates'> {
  return {
    async listReviews({ query }) {
      const { limit = 50, cursor, state, goldenId } = query
      const purpose = listPurpose('reviews', query)
      const after = readCursor(signer, purpose, cursor)
      if (after === 'invalid') return problem('cursor_invalid', 'Start again without cursor.')
      const rows = await readReviews(db, { state, goldenId, afterId: after?.[0], limit: limit + 1 })
      return pageOf(rows, limit, reviewShape, row => signer.sign(purpose, { k: [row.id] }))
    },

    async listDuplicates({ query }) {
      const { limit = 50, cursor, system, object } = query
      const purpose = listPurpose('duplicates', query)
      const after = readCursor(signer, purpose, cursor)
      if (after === 'invalid') return problem('cursor_invalid', 'Start again without cursor.')
      const [s = '', o = '', g = '00000000-0000-0000-0000-000000000000'] = after ?? []
      const { rows } = await sql<components['schemas']['Duplicate']>`
        select r.golden_id as "goldenId", g.entity, r.system, r.object,
          jsonb_agg(jsonb_build_object('remoteId', r.remote_id, 'isPrimary', r.is_primary, 'chosenByPerson', r.primary_by is not null,
            'linkedAt', to_char(r.linked_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by r.is_primary desc, r.linked_at, r.remote_id) as "remoteRecords"
        from remote_record r join golden_record g on g.id = r.golden_id
        where r.tombstone_at is null and r.alias_of is null and position('/' in r.object) = 0
          and (${system ?? null}::text is null or r.system = ${system ?? null}) and (${object ?? null}::text is null or r.object = ${object ?? null})
          and (r.system, r.object, r.golden_id) > (${s}, ${o}, ${g}::uuid)
        group by r.system, r.object, r.golden_id, g.entity having count(*) > 1
        order by r.system, r.object, r.golden_id limit ${limit + 1}
      `.execute(db)
      return pageOf(
        rows,
        limit,
        row => row,
        row => signer.sign(purpose, { k: [row.system, row.object, row.goldenId] }),
      )
    },
  }
}

/** Reviews, newest first; both sides as they are now, when one was merged since the question was asked. */
export async function readReviews(
  db: Db,
  filter: {
    state?: string | undefined
    goldenId?: string | undefined
    afterId?: string | number | undefined
    limit: number
  },
): Promise<ReviewColumns[]> {
  const { state = null, goldenId = null, afterId = null, limit } = filter
  const { rows } = await sql<ReviewColumns>`
    select v.id, v.kind, v.entity, coalesce(l.merged_into, v.left_id) as left_id, coalesce(r.merged_into, v.right_id) as right_id,
      v.evidence, v.state, v.opened_at, v.decided_at, v.decided_by
    from review v left join golden_record l on l.id = v.left_id left join golden_record r on r.id = v.right_id
    where (${state}::text is null or v.state = ${state}) and (${afterId}::text is null or v.id < ${afterId}::uuid)
      and (${goldenId}::uuid is null or ${goldenId} in (v.left_id, v.right_id, l.merged_into, r.merged_into))
    order by v.id desc limit ${limit}
  `.execute(db)
  return rows
}

/** The evidence by the kind of its key, so that its values are masked by what they are. */
export function reviewShape(row: ReviewColumns): Review {
  const { kind, left, right } = isJsonObject(row.evidence) ? row.evidence : {}
  return {
    id: row.id,
    kind: row.kind,
    entity: row.entity,
    leftId: row.left_id,
    rightId: row.right_id,
    evidence: typeof kind === 'string' ? { [kind]: [left, right] } : {},
    state: row.state,
    openedAt: row.opened_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBy: row.decided_by,
  }
}
