import { sql } from 'kysely'
import { type ActResult, refusal } from '#model/act.ts'
import { remoteShard } from '#model/shard.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { type ActParts, checkPair, findCustomers, runAct } from './act.ts'
import { mergePair } from './merge.ts'

export interface PairRequest {
  leftId: string
  rightId: string
  by: string
}

/** Says that two customers are never the same: no rule merges them, nor what they are merged into. */
export async function neverTheSame(parts: ActParts, { leftId, rightId, by }: PairRequest): Promise<ActResult> {
  return await runAct(parts, { by, action: 'customer.never', target: leftId }, async act => {
    const found = await findCustomers(act, [leftId, rightId])
    if (!found.ok) return found
    const wrong = checkPair(found.goldens)
    if (wrong !== undefined) return wrong
    await sayNever(act.tx, { id: parts.ids.uuid(), leftId, rightId, by })
    act.note({ rightId })
    return { ok: true }
  })
}

/** Takes "never the same" back. What holds them together is looked at again. */
export async function liftNever(parts: ActParts, { leftId, rightId, by }: PairRequest): Promise<ActResult> {
  const shards = new Set<number>()
  const result = await runAct(
    parts,
    { by, action: 'customer.never.lift', target: leftId },
    async (act): Promise<ActResult> => {
      const found = await findCustomers(act, [leftId, rightId])
      if (!found.ok) return found
      const { rows } = await sql`
      with members as materialized (select id, coalesce(merged_into, id) as now from golden_record
        where id in (${leftId}, ${rightId}) or merged_into in (${leftId}, ${rightId}))
      update review v set state = 'dismissed', decided_at = now(), decided_by = ${by} from members l, members r
      where v.state = 'never' and l.id = v.left_id and r.id = v.right_id and l.now <> r.now returning v.id
    `.execute(act.tx)
      if (rows.length === 0) return refusal('pair_not_never', {})
      for (const shard of await lookAgain(parts, act.tx, [leftId, rightId])) shards.add(shard)
      act.note({ rightId })
      return { ok: true }
    },
  )
  if (result.ok) parts.wake('resolve', shards)
  return result
}

/** Answers an open review: the two are merged (the older one survives), never the same, or the question is put away. */
export async function decideReview(
  parts: ActParts,
  { reviewId, verdict, by }: { reviewId: string; verdict: 'merge' | 'never' | 'dismiss'; by: string },
): Promise<ActResult<{ mergeId?: string }>> {
  return await runAct(
    parts,
    { by, action: 'review.decide', target: reviewId },
    async (act): Promise<ActResult<{ mergeId?: string }>> => {
      const { tx } = act
      const review = await tx.selectFrom('review').selectAll().where('id', '=', reviewId).executeTakeFirst()
      if (review === undefined) return refusal('review_unknown', { id: reviewId })
      if (review.state !== 'open') return refusal('review_decided', { state: review.state })
      const [leftId, rightId] = await Promise.all([nowOf(tx, review.left_id), nowOf(tx, review.right_id)])
      const isOne = leftId === rightId
      if (isOne && verdict === 'never') return refusal('pair_is_one', {})
      const settle = (state: 'merged' | 'never' | 'dismissed') =>
        sql`update review set state = ${state}, decided_at = now(), decided_by = ${by} where id = ${reviewId}`.execute(
          tx,
        )
      act.note({ verdict, leftId, rightId })
      if (verdict === 'dismiss') await settle('dismissed')
      else if (verdict === 'never') await settle('never')
      else if (isOne) await settle('merged')
      else {
        const found = await findCustomers(act, [leftId, rightId].sort())
        if (!found.ok) return found
        const [winner, loser] = found.goldens
        const wrong = checkPair([winner, loser])
        if (wrong !== undefined || winner === undefined || loser === undefined)
          return wrong ?? refusal('pair_unknown', {})
        const mergeId = await mergePair(parts, act, winner.id, loser.id)
        await settle('merged')
        return { ok: true, mergeId }
      }
      return { ok: true }
    },
  )
}

/** Writes the verdict over whatever was asked about the pair. */
export async function sayNever(tx: Tx, { id, leftId, rightId, by }: PairRequest & { id: string }): Promise<void> {
  const [left, right] = [leftId, rightId].sort()
  await sql`
    insert into review (id, kind, entity, left_id, right_id, evidence, state, decided_at, decided_by)
    select ${id}, 'verdict', entity, ${left}, ${right}, '{}', 'never', now(), ${by} from golden_record where id = ${left}
    on conflict (kind, left_id, right_id) do update set state = 'never', decided_at = now(), decided_by = excluded.decided_by
  `.execute(tx)
  await sql`
    update review set state = 'never', decided_at = now(), decided_by = ${by}
    where state in ('open', 'merged') and (left_id, right_id) in ((${left}::uuid, ${right}::uuid), (${right}::uuid, ${left}::uuid))
  `.execute(tx)
}

async function nowOf(tx: Tx, goldenId: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select coalesce(merged_into, id) as id from golden_record where id = ${goldenId}
  `.execute(tx)
  return rows[0]?.id ?? goldenId
}

/** Lets resolve look at the source records of customers again. Returns the shards to wake. */
export async function lookAgain(parts: ActParts, tx: Tx, goldenIds: readonly string[]): Promise<number[]> {
  const { rows } = await sql<{ system: string; object: string; remote_id: string }>`
    select r.system, r.object, r.remote_id from remote_record r
    join source_record s on s.system = r.system and s.object = r.object and s.remote_id = r.remote_id where r.golden_id = any(${goldenIds}::uuid[])
  `.execute(tx)
  const work = rows.map(row => ({ ...row, shard: remoteShard(row.system, row.object, row.remote_id, parts.shards) }))
  await sql`
    insert into resolve_work (system, object, remote_id, shard, since, trace_id)
    select system, object, remote_id, shard, now(), ${parts.ids.traceId()}
    from json_to_recordset(${storedJson(work)}::json) as t(system text, object text, remote_id text, shard smallint)
    on conflict do nothing
  `.execute(tx)
  return [...new Set(work.map(row => row.shard))]
}
