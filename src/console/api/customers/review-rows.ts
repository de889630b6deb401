import { sql } from 'kysely'
import { isJsonObject } from '#model/json.ts'
import type { JsonObject } from '#model/json.ts'
import type { Db } from '#store/database.ts'
import type { components } from '../../api.gen.ts'
import { bitsOf, findingsOf } from './match-evidence.ts'

type Review = components['schemas']['Review']

export interface ReviewColumns {
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
  rank: number
}

interface ReviewFilter {
  state?: string | undefined
  kind?: string | undefined
  entity?: string | undefined
  goldenId?: string | undefined
  /** Odds of a possible match, as the logarithm. */
  bitsMin?: number | undefined
  bitsMax?: number | undefined
  /** `next`: what conflicts first, then possible matches, the likeliest first: an answer to these says most in the least time. */
  order?: 'newest' | 'next' | undefined
  after?: { rank: number; id: string } | undefined
  limit: number
}

/** Reviews, newest or next best first; both sides as they are now, when one was merged since the question was asked. */
export async function readReviews(db: Db, filter: ReviewFilter): Promise<ReviewColumns[]> {
  const {
    state = null,
    kind = null,
    entity = null,
    goldenId = null,
    bitsMin = null,
    bitsMax = null,
    order,
    after,
    limit,
  } = filter
  const bits = sql`(v.evidence ->> 'bits')::float8`
  const rank = order === 'next' ? sql`coalesce(${bits}, 1e6)` : sql`0::float8`
  const { rows } = await sql<ReviewColumns>`
    select v.id, v.kind, v.entity, coalesce(l.merged_into, v.left_id) as left_id, coalesce(r.merged_into, v.right_id) as right_id,
      v.evidence, v.state, v.opened_at, v.decided_at, v.decided_by, ${rank} as rank
    from review v left join golden_record l on l.id = v.left_id left join golden_record r on r.id = v.right_id
    where (${state}::text is null or v.state = ${state}) and (${kind}::text is null or v.kind = ${kind})
      and (${entity}::text is null or v.entity = ${entity})
      and (${bitsMin}::float8 is null or ${bits} >= ${bitsMin}) and (${bitsMax}::float8 is null or ${bits} <= ${bitsMax})
      and (${after?.id ?? null}::uuid is null or (${rank}, v.id) < (${after?.rank ?? null}::float8, ${after?.id ?? null}::uuid))
      and (${goldenId}::uuid is null or ${goldenId} in (v.left_id, v.right_id, l.merged_into, r.merged_into))
    order by ${rank} desc, v.id desc limit ${limit}
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
    bits: bitsOf(row.evidence),
    findings: findingsOf(row.evidence),
    state: row.state,
    openedAt: row.opened_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBy: row.decided_by,
  }
}
