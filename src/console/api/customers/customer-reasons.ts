import { sql } from 'kysely'
import type { JsonObject } from '#model/json.ts'
import type { ConsoleParts, Handlers, ReplyOf } from '../../handler.ts'
import { problem, refused } from '../../problem.ts'
import { findingsOf } from './match-evidence.ts'

type Reasons = ReplyOf<'explainCustomer'>

const ROWS_MAX = 200

/** Why the records of a customer are one, and how customers came to be one in all. */
export function createCustomerReasonHandlers({
  db,
  actions,
}: ConsoleParts): Pick<Handlers, 'explainCustomer' | 'explainPair' | 'getIdentityStatistics'> {
  return {
    async explainCustomer({ path: { id } }) {
      const known = await db.selectFrom('golden_record').select('id').where('id', '=', id).executeTakeFirst()
      if (known === undefined) return problem('golden_unknown', { id })
      const [keys, matches, merges] = await Promise.all([
        actions.sharedKeys(id),
        readMatches(id),
        db
          .selectFrom('merge_log')
          .selectAll()
          .where('winner_id', '=', id)
          .where('undone_at', 'is', null)
          .limit(ROWS_MAX)
          .execute(),
      ])
      return {
        goldenId: id,
        keys: keys.map(({ kind, value, records }) => ({ kind, evidence: { [kind]: value }, records })),
        matches,
        merges: merges.map(row => ({
          id: row.id,
          loserId: row.loser_id,
          cause: row.cause,
          mergedAt: row.merged_at.toISOString(),
        })),
      }
    },

    async explainPair({ path: { id, otherId } }) {
      const done = await actions.explainPair(id, otherId)
      return done.ok ? done.explanation : refused(done)
    },

    async getIdentityStatistics() {
      const [sources, merges, reviews] = await Promise.all([
        sql<ReplyOf<'getIdentityStatistics'>['sources'][number]>`
          select r.system, r.object, count(*) as records, count(distinct r.golden_id) as customers,
            count(*) - count(distinct r.golden_id) as duplicates
          from remote_record r join golden_record g on g.id = r.golden_id
          where r.tombstone_at is null and r.alias_of is null and position('/' in r.object) = 0 and g.entity in ('person', 'account')
          group by 1, 2 order by 1, 2
        `.execute(db),
        sql<ReplyOf<'getIdentityStatistics'>['merges'][number]>`
          select split_part(m.cause, ':', 1) as rule, g.entity, count(*) filter (where m.undone_at is null) as merged, count(*) filter (where m.undone_at is not null) as undone
          from merge_log m join golden_record g on g.id = m.winner_id group by 1, 2 order by 1, 2
        `.execute(db),
        sql<ReplyOf<'getIdentityStatistics'>['reviews'][number]>`
          select kind, entity, state, count(*) as count from review group by 1, 2, 3 order by 1, 2, 3
        `.execute(db),
      ])
      return { sources: sources.rows, merges: merges.rows, reviews: reviews.rows }
    },
  }

  async function readMatches(id: string): Promise<Reasons['matches']> {
    const { rows } = await sql<{
      system: string
      object: string
      remoteId: string
      bits: number
      model: string
      evidence: JsonObject
      decidedAt: Date
    }>`
      select d.system, d.object, d.remote_id as "remoteId", d.bits, d.model, d.evidence, d.decided_at as "decidedAt" from match_decision d
      join remote_record r on r.system = d.system and r.object = d.object and r.remote_id = d.remote_id and r.golden_id = ${id}
      where d.verdict = 'linked' and d.golden_id in (select id from golden_record where id = ${id} or merged_into = ${id})
      order by d.decided_at limit ${ROWS_MAX}
    `.execute(db)
    return rows.map(({ evidence, decidedAt, ...row }) => ({
      ...row,
      against: typeof evidence['against'] === 'string' ? evidence['against'] : '',
      findings: findingsOf(evidence),
      decidedAt: decidedAt.toISOString(),
    }))
  }
}
