import { sql } from 'kysely'
import type { RouteConfig } from '#config/config.ts'
import type { Database, Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { type DueDelivery, readDeliveries } from '../claim/claim.ts'
import { commitWithoutCall, type RestRow } from '../settle/commit-rests.ts'
import { decideAll, type DecisionParts } from '../decide/decisions.ts'
import { restrain } from '../brake/restrain.ts'
import { rest, restOf } from '../settle/rests.ts'

/** A (system, object) of the configuration that is linked before it is written to. */
export interface Member {
  system: string
  object: string
}

const DECIDED_PER_BATCH = 100
/** What was loaded and met a live change goes on with that as live work; so long after its load ended, live work waits for it no more. */
const MET_LIVE = sql`interval '1 minute'`

/**
 * Moves what is loaded to *review*: a whole load group at a time, since what one member says may match what another one
 * holds. All of it must be loaded, and have gone through interpret, resolve and plan. Returns what was moved.
 */
export async function startReviews(database: Database, members: readonly Member[]): Promise<Member[]> {
  const { rows } = await sql<Member>`
    with member as materialized (
      select o.system, o.object, o.load_group, o.load_ended_at as ended_at
      from json_to_recordset(${storedJson(members)}::json) as t(system text, object text)
      join system_object o on o.system = t.system and o.object = t.object and o.link_state = 'loading'
    ), loaded as materialized (
      select load_group, max(ended_at) + ${MET_LIVE} as met_until from member group by load_group having bool_and(ended_at is not null)
    )
    update system_object o set link_state = 'review', poll_due_at = now(), poll_failures = 0, poll_error = null
    from member m join loaded g on g.load_group = m.load_group
    where o.system = m.system and o.object = m.object
      and not exists (select from event e join member n on n.system = e.system and n.object = e.object and n.load_group = m.load_group
        where e.state = 'pending' and e.origin = 'load')
      and not exists (select from resolve_work r join member n on n.system = r.system and n.load_group = m.load_group
        and (r.object = n.object or starts_with(r.object, n.object || '/')) where r.priority > 0 or r.since <= g.met_until)
      and not exists (select from plan_work p where p.priority > 0 or p.since <= g.met_until)
    returning o.system, o.object
  `.execute(database.kysely)
  return rows
}

/** What reviewing needs; the routes by name. */
export interface ReviewParts extends DecisionParts {
  database: Database
  nowMs: () => number
}

/**
 * Decides on deliveries that were put by before their (system, object) came to *review*: what would be created, changed or
 * removed there. No call is made. Returns how many there were in this batch; 0: all are decided.
 */
export async function decideParked(parts: ReviewParts, routes: ReadonlyMap<string, RouteConfig>): Promise<number> {
  return await parts.database.transaction(async tx => {
    const { rows } = await sql<{ system: string; object: string; golden_id: string }>`
      select d.system, d.object, d.golden_id from system_object o
      cross join lateral (
        select system, object, golden_id from delivery where system = o.system and object = o.object
          and reason = 'first_link' and detail is null and state = 'waiting'
        limit ${DECIDED_PER_BATCH} for update skip locked) d
      where o.link_state = 'review' limit ${DECIDED_PER_BATCH}
    `.execute(tx)
    // One that became live meanwhile is released as it is (release.ts).
    const deliveries = (await readDeliveries(tx, rows, parts.nowMs())).filter(
      delivery => delivery.linkState === 'review',
    )
    await commitWithoutCall(tx, await wouldAll(parts, tx, deliveries, routes))
    return rows.length
  })
}

async function wouldAll(
  parts: ReviewParts,
  tx: Tx,
  deliveries: readonly DueDelivery[],
  routes: ReadonlyMap<string, RouteConfig>,
): Promise<RestRow[]> {
  const decisions = await decideAll(parts, tx, deliveries, routes)
  return deliveries.flatMap((delivery, index) => {
    const decided = decisions[index]
    // The next batch has it again.
    if (decided === undefined) return []
    const { decision } = restrain(decided, {
      linkState: 'review',
      brake: undefined,
      flips: {},
      sent: delivery.remote?.sent,
      isAgain: false,
      nowMs: 0,
    })
    // A job under way is none of a system that was never written to.
    if (decision.kind === 'write' || decision.kind === 'remove' || decision.kind === 'poll' || decision.kind === 'look')
      return rest(delivery, { state: 'waiting', reason: 'first_link', detail: { would: 'nothing', members: [] } })
    return restOf(parts, delivery, decision)
  })
}
