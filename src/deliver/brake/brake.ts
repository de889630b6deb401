import { sql } from 'kysely'
import { isBraked } from '#model/causes.ts'
import { deliveryShard } from '#model/shard.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { brakeLimit, BRAKE_WINDOW_MS, type BrakeSetting } from './limit.ts'
import type { DueDelivery } from '../claim/claim.ts'
import type { DeliverParts } from '../parts.ts'

/** A brake that was put on in this transaction. */
export interface Tripped {
  system: string
  object: string
  cause: string
  changed: number
  limitedTo: number
}

/** What the brake asks of a delivery. */
export type Countable = Pick<DueDelivery, 'system' | 'object' | 'goldenId' | 'cause' | 'counted'>

export interface BrakeVerdict {
  /** Deliveries that must rest. */
  held: ReadonlySet<Countable>
  /** Deliveries that were counted, for their lease to say so. */
  counted: ReadonlySet<Countable>
  tripped: readonly Tripped[]
}

/** Deliveries of one (system, object, cause) in one batch. */
interface Group {
  system: string
  object: string
  cause: string
  deliveries: Countable[]
  /** Not yet counted within the window. */
  fresh: Countable[]
  setting: BrakeSetting
}

interface Counts {
  system: string
  object: string
  cause: string
  before: number
  on: boolean
  released: boolean
}

/** Below this share of the limit nobody else is asked: transactions side by side cannot reach it together. */
const FAR = 0.25
const REMOTE_COUNT_FRESH_MS = 10 * 60_000
const LOCK_CLASS = 0x6272_616b

/**
 * The brake of all systems in this process: counts changes of remote records by cause in the transaction that leases them,
 * and holds them when there are too many. One statement per batch while far from the limit; none when nothing is counted.
 */
export function createBrake(
  parts: Pick<DeliverParts, 'systems' | 'nowMs'> & {
    config: { limits: { shards: number } }
    ids: Pick<DeliverParts['ids'], 'uuid'>
  },
) {
  const remoteCounts = new Map<string, { count: number; atMs: number }>()

  /** How many remote records there are; counted by the database at most once in ten minutes, and only near the limit. */
  async function remoteCount(tx: Tx, system: string, object: string): Promise<number> {
    const key = `${system}\n${object}`
    const known = remoteCounts.get(key)
    if (known !== undefined && parts.nowMs() - known.atMs < REMOTE_COUNT_FRESH_MS) return known.count
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from remote_record where system = ${system} and object = ${object}
    `.execute(tx)
    const count = rows[0]?.count ?? 0
    remoteCounts.set(key, { count, atMs: parts.nowMs() })
    return count
  }

  function groupsOf(deliveries: readonly Countable[]): Group[] {
    const groups = new Map<string, Group>()
    for (const delivery of deliveries) {
      const { system, object, cause, counted } = delivery
      const setting = parts.systems.get(system)?.config.objects[object]?.brake ?? BRAKE_DEFAULT
      if (!isBraked(cause) || counted === 'let_through' || setting === 'off') continue
      const key = `${system}\n${object}\n${cause}`
      const group = groups.get(key) ?? { system, object, cause, deliveries: [], fresh: [], setting }
      groups.set(key, group)
      group.deliveries.push(delivery)
      if (counted === 'no') group.fresh.push(delivery)
    }
    // Rows and locks are taken in one order by all.
    return [...groups].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, group]) => group)
  }

  /** Undefined: the group may go. Near the limit, groups of one name wait for one another, so that none is overlooked. */
  async function judge(tx: Tx, group: Group, counts: Counts | undefined): Promise<Tripped | 'held' | undefined> {
    if (counts === undefined || counts.released) return undefined
    if (counts.on) return 'held'
    const known = remoteCounts.get(`${group.system}\n${group.object}`)?.count ?? 0
    if (counts.before + group.fresh.length < FAR * brakeLimit(group.setting, known)) return undefined
    const changed = await recount(tx, group)
    const limit = brakeLimit(group.setting, await remoteCount(tx, group.system, group.object))
    if (changed === 'on') return 'held'
    if (changed <= limit) return undefined
    const { system, object, cause } = group
    const { rows } = await sql`
      insert into brake (id, system, object, cause, changed, limited_to)
      values (${parts.ids.uuid()}, ${system}, ${object}, ${cause}, ${changed}, ${limit}) on conflict do nothing returning id
    `.execute(tx)
    return rows.length === 0 ? 'held' : { system, object, cause, changed, limitedTo: limit }
  }

  return async (tx: Tx, deliveries: readonly Countable[]): Promise<BrakeVerdict> => {
    const held = new Set<Countable>()
    const tripped: Tripped[] = []
    const groups = groupsOf(deliveries)
    const [first] = deliveries
    if (groups.length === 0 || first === undefined) return { held, counted: held, tripped }
    const shard = deliveryShard(first.system, first.goldenId, parts.config.limits.shards)
    const counts = await count(tx, shard, groups)
    for (const group of groups) {
      const verdict = await judge(
        tx,
        group,
        counts.find(row => sameGroup(row, group)),
      )
      if (verdict === undefined) continue
      for (const delivery of group.deliveries) held.add(delivery)
      if (verdict !== 'held') tripped.push(verdict)
    }
    return { held, counted: new Set(groups.flatMap(group => group.fresh)), tripped }
  }
}

const BRAKE_DEFAULT: BrakeSetting = { records: 200, percent: 2 }

function sameGroup(left: Pick<Group, 'system' | 'object' | 'cause'>, right: typeof left): boolean {
  return left.system === right.system && left.object === right.object && left.cause === right.cause
}

/** Adds what is new to the counts, and answers what they were before, with the brakes of these causes. */
async function count(tx: Tx, shard: number, groups: readonly Group[]): Promise<Counts[]> {
  const input = groups.map(({ system, object, cause, fresh }) => ({ system, object, cause, n: fresh.length }))
  const { rows } = await sql<Counts>`
    with input as materialized (
      select * from json_to_recordset(${storedJson(input)}::json) as t(system text, object text, cause text, n int)
    ), counted as (
      insert into brake_count as b (system, object, cause, minute, shard, n)
      select system, object, cause, date_trunc('minute', now()), ${shard}, n from input where n > 0 order by system, object, cause
      on conflict (system, object, cause, minute, shard) do update set n = b.n + excluded.n
    )
    select i.system, i.object, i.cause,
      (select coalesce(sum(b.n), 0)::int from brake_count b where b.system = i.system and b.object = i.object and b.cause = i.cause
        and b.minute > now() - ${BRAKE_WINDOW_MS} * interval '1 millisecond') as before,
      exists (select from brake b where b.system = i.system and b.object = i.object and b.cause = i.cause and b.state = 'on') as on,
      exists (select from brake b where b.system = i.system and b.object = i.object and b.cause = i.cause and b.state = 'released'
        and b.ended_at > now() - ${BRAKE_WINDOW_MS} * interval '1 millisecond') as released
    from input i
  `.execute(tx)
  return rows
}

/** How many there are with this transaction's own, when no other one of this name is under way; 'on' when one has tripped meanwhile. */
async function recount(tx: Tx, { system, object, cause }: Group): Promise<number | 'on'> {
  await sql`
    select pg_advisory_xact_lock(${LOCK_CLASS}, hashtext(${`${system}\n${object}\n${cause}`}))
  `.execute(tx)
  const { rows } = await sql<{ changed: number; on: boolean }>`
    select coalesce(sum(n), 0)::int as changed,
      exists (select from brake where system = ${system} and object = ${object} and cause = ${cause} and state = 'on') as on
    from brake_count where system = ${system} and object = ${object} and cause = ${cause}
      and minute > now() - ${BRAKE_WINDOW_MS} * interval '1 millisecond'
  `.execute(tx)
  return rows[0]?.on === true ? 'on' : (rows[0]?.changed ?? 0)
}
