import { sql } from 'kysely'
import type { components } from '../../api.gen.ts'
import { readPage } from '../../paging.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { isProblem } from '../../problem.ts'
import { readReviews, type ReviewColumns, reviewShape } from './review-rows.ts'
import { auditFilter, makeConfirm, readConfirm } from '../selection.ts'
import { audit } from '../../audit.ts'

/** Pairs of customers that evidence holds together and apart at once, duplicates, and verdicts on them. */
export function createReviewHandlers(
  parts: ConsoleParts,
): Pick<Handlers, 'listReviews' | 'listDuplicates' | 'decideReviews'> {
  const { db, signer, actions, nowMs } = parts
  return {
    async listReviews({ query }) {
      return await readPage(signer, {
        name: 'reviews',
        query,
        read: async (limit, after) =>
          await readReviews(db, { ...query, after: after && { rank: Number(after[0]), id: String(after[1]) }, limit }),
        key: row => [row.rank, row.id],
        item: reviewShape,
      })
    },

    async decideReviews({ body: { filter, verdict, dryRun = true, confirm }, actor }) {
      const act = `reviews.${verdict}`
      const open = { ...filter, state: 'open', order: 'next' } as const
      const found = await readReviews(db, { ...open, limit: DECIDED_MAX })
      if (dryRun) {
        const text = makeConfirm(signer, act, filter, { count: found.length, untilId: newestId(found) }, nowMs())
        return { dryRun, count: found.length, sample: found.slice(0, SAMPLE).map(reviewShape), confirm: text }
      }
      const confirmed = readConfirm(signer, act, filter, confirm, nowMs())
      if (isProblem(confirmed)) return confirmed
      // What was asked since the dry run was not looked at.
      const wanted = found.filter(row => confirmed.untilId !== undefined && row.id <= confirmed.untilId)
      let count = 0
      for (const { id: reviewId } of wanted) {
        // One that was answered meanwhile, or cannot be answered so, stays as it is.
        const done = await actions.decideReview({ reviewId, verdict, by: actor.name })
        if (done.ok) count += 1
      }
      await audit(db, {
        id: parts.uuid(),
        actor: actor.name,
        action: act,
        target: 'reviews',
        detail: { ...auditFilter(filter), count },
      })
      return { dryRun, count, sample: [] }
    },

    async listDuplicates({ query }) {
      const { system, object } = query
      return await readPage(signer, {
        name: 'duplicates',
        query,
        async read(limit, after) {
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
            order by r.system, r.object, r.golden_id limit ${limit}
          `.execute(db)
          return rows
        },
        key: row => [row.system, row.object, row.goldenId],
        item: row => row,
      })
    },
  }
}

/** Questions that one act may answer: each is a transaction of its own. */
const DECIDED_MAX = 500
const SAMPLE = 20

function newestId(rows: readonly ReviewColumns[]): string | undefined {
  return rows
    .map(row => row.id)
    .reduce<string | undefined>((newest, id) => (newest === undefined || id > newest ? id : newest), undefined)
}
