import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { isJsonObject } from '#model/json.ts'
import type { Db } from '#store/database.ts'
import type { DeliveryTable } from '#store/schema/delivering.ts'
import type { components } from '../../api.gen.ts'
import type { ConsoleParts } from '../../handler.ts'

type State = components['schemas']['DeliveryState']

/** What is known about a delivery and its surroundings when somebody asks why. */
export interface WhyFacts {
  delivery: {
    system: string
    object: string
    goldenId: string
    state: State
    reason: string | null
    detail: unknown
    failures: number
    dueAt: string | null
    failingSince: string | null
    /** A call for it is under way. */
    sending: boolean
  }
  systemState: {
    state: string
    reason: string | null
    breaker: string
    /** Calls of today, where the system has a daily quota. */
    quota: { calls: number; perDay: number } | undefined
  }
  /** First link of the (system, object). */
  link: { state: components['schemas']['LinkState'] }
  /** The chain of parents it waits on, nearest first; the last one is the root cause. */
  parents: readonly { goldenId: string; entity: string; state: State | 'unplanned'; reason: string | null }[]
  lastAttempt: { id: string; outcome: string; status: number | null; at: string } | undefined
}

/** Parents followed at most; a longer chain is a cycle. */
const CHAIN_MAX = 8

/** Reads what is needed to explain a delivery: its system, the chain of what it waits on, its last attempt. */
export async function readWhyFacts(
  { db, config }: Pick<ConsoleParts, 'db' | 'config'>,
  row: Selectable<DeliveryTable>,
): Promise<WhyFacts> {
  const [system, link, parents, attempt] = await Promise.all([
    db
      .selectFrom('system')
      .select(['state', 'reason', 'breaker', 'calls_today'])
      // The quota is counted by the database's day.
      .select(sql<boolean>`calls_day = current_date`.as('called_today'))
      .where('name', '=', row.system)
      .executeTakeFirst(),
    db
      .selectFrom('system_object')
      .select('link_state')
      .where('system', '=', row.system)
      .where('object', '=', row.object)
      .executeTakeFirst(),
    followParents(db, row),
    row.attempt_ids.length === 0
      ? undefined
      : db
          .selectFrom('attempt')
          .select(['id', 'outcome', 'status', 'started_at'])
          .where('id', 'in', row.attempt_ids)
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst(),
  ])
  const breaker =
    isJsonObject(system?.breaker) && typeof system.breaker.state === 'string' ? system.breaker.state : 'closed'
  const perDay = config.systems[row.system]?.limits.perDay
  return {
    delivery: {
      system: row.system,
      object: row.object,
      goldenId: row.golden_id,
      state: row.state,
      reason: row.reason,
      detail: row.detail,
      failures: row.failures,
      dueAt: row.due_at?.toISOString() ?? null,
      failingSince: row.failing_since?.toISOString() ?? null,
      sending: row.lease_by !== null,
    },
    systemState: {
      state: system?.state ?? 'active',
      reason: system?.reason ?? null,
      breaker,
      quota:
        perDay === undefined ? undefined : { perDay, calls: system?.called_today === true ? system.calls_today : 0 },
    },
    link: { state: link?.link_state ?? 'live' },
    parents,
    lastAttempt: attempt && {
      id: attempt.id,
      outcome: attempt.outcome,
      status: attempt.status,
      at: attempt.started_at.toISOString(),
    },
  }
}

async function followParents(db: Db, row: Selectable<DeliveryTable>): Promise<WhyFacts['parents'][number][]> {
  const chain: WhyFacts['parents'][number][] = []
  let child = row.golden_id
  for (let depth = 0; depth < CHAIN_MAX; depth++) {
    // A dead parent is the more telling one where several are waited on.
    const parent = await db
      .selectFrom('delivery_wait as wait')
      .leftJoin('delivery as parent', join =>
        join.onRef('parent.system', '=', 'wait.system').onRef('parent.golden_id', '=', 'wait.parent_id'),
      )
      .leftJoin('golden_record as golden', 'golden.id', 'wait.parent_id')
      .select(['wait.parent_id', 'golden.entity', 'parent.state', 'parent.reason'])
      .where('wait.system', '=', row.system)
      .where('wait.golden_id', '=', child)
      .orderBy(eb => eb.case().when('parent.state', '=', 'dead').then(0).else(1).end())
      .limit(1)
      .executeTakeFirst()
    if (!parent || chain.some(known => known.goldenId === parent.parent_id)) break
    chain.push({
      goldenId: parent.parent_id,
      entity: parent.entity ?? 'record',
      state: parent.state ?? 'unplanned',
      reason: parent.reason,
    })
    if (parent.state !== 'waiting') break
    child = parent.parent_id
  }
  return chain
}
