import { sql } from 'kysely'
import type { Db } from '#store/database.ts'
import type { Member } from './review.ts'

/** What making a (system, object) live would do there. Counts are of deliveries, unless they say otherwise. */
export interface LinkPlan {
  /** Not decided yet: the counts below are not final. */
  undecided: number
  /** Living remote records of the object, and how many of them belong to customers that other systems know too. */
  remoteRecords: number
  matched: number
  /** Matched, and the remote record holds what it must. */
  inSync: number
  change: number
  create: number
  remove: number
  /** There is no document: the mapping failed, or the like. They stay dead. */
  dead: number
  /** Loaded events that could not be read: dead letters. */
  deadEvents: number
  /** Which members of the vendor's record would change, and how often. */
  members: { member: string; count: number }[]
  /** Pairs of customers that a person must look at, of which at least one is in this object. */
  openReviews: number
  /** Customers with several remote records here: only one of them is written. */
  duplicates: number
  samples: {
    change: { goldenId: string; remoteId: string | null; members: string[] }[]
    create: { goldenId: string }[]
    remove: { goldenId: string; remoteId: string | null }[]
    openReviews: { id: string; leftId: string; rightId: string }[]
    duplicates: { goldenId: string; remoteIds: string[] }[]
  }
}

const SAMPLE = 10

/** Reads the plan of one (system, object). Walks through all its deliveries: seconds, for a million. */
export async function readLinkPlan(db: Db, { system, object }: Member): Promise<LinkPlan> {
  const [counts, remote, members, reviews, duplicates, deadEvents, change, create, remove] = await Promise.all([
    readCounts(db, system, object),
    sql<{ records: number; matched: number }>`
      select count(*)::int as records, count(*) filter (where exists (
        select from remote_record o
        join source_record s on s.system = o.system and s.object = o.object and s.remote_id = o.remote_id and s.tombstone_at is null
        where o.golden_id = r.golden_id and o.system <> r.system))::int as matched
      from remote_record r where system = ${system} and object = ${object} and tombstone_at is null and alias_of is null
    `.execute(db),
    sql<{ member: string; count: number }>`
      select member, count(*)::int as count from delivery, jsonb_array_elements_text(detail -> 'members') member
      where system = ${system} and object = ${object} and state = 'waiting' and reason = 'first_link' and detail ->> 'would' = 'change'
      group by 1 order by 2 desc, 1
    `.execute(db),
    sql<{ id: string; left_id: string; right_id: string; total: number }>`
      select id, left_id, right_id, count(*) over ()::int as total from review v where state = 'open' and exists (
        select from remote_record r where r.golden_id in (v.left_id, v.right_id) and r.system = ${system} and r.object = ${object})
      order by id limit ${SAMPLE}
    `.execute(db),
    sql<{ golden_id: string; remote_ids: string[]; total: number }>`
      select golden_id, array_agg(remote_id order by remote_id) as remote_ids, count(*) over ()::int as total from remote_record
      where system = ${system} and object = ${object} and golden_id is not null and tombstone_at is null and alias_of is null
      group by golden_id having count(*) > 1 order by golden_id limit ${SAMPLE}
    `.execute(db),
    sql<{ count: number }>`
      select count(*)::int as count from event where system = ${system} and object = ${object} and state = 'dead' and origin = 'load'
    `.execute(db),
    readSamples(db, system, object, 'change'),
    readSamples(db, system, object, 'create'),
    readSamples(db, system, object, 'remove'),
  ])
  return {
    undecided: counts.get('undecided') ?? 0,
    remoteRecords: remote.rows[0]?.records ?? 0,
    matched: remote.rows[0]?.matched ?? 0,
    inSync: counts.get('synced') ?? 0,
    change: counts.get('change') ?? 0,
    create: counts.get('create') ?? 0,
    remove: counts.get('remove') ?? 0,
    dead: counts.get('dead') ?? 0,
    deadEvents: deadEvents.rows[0]?.count ?? 0,
    members: members.rows,
    openReviews: reviews.rows[0]?.total ?? 0,
    duplicates: duplicates.rows[0]?.total ?? 0,
    samples: {
      change,
      create: create.map(({ goldenId }) => ({ goldenId })),
      remove: remove.map(({ goldenId, remoteId }) => ({ goldenId, remoteId })),
      openReviews: reviews.rows.map(row => ({ id: row.id, leftId: row.left_id, rightId: row.right_id })),
      duplicates: duplicates.rows.map(row => ({ goldenId: row.golden_id, remoteIds: row.remote_ids.slice(0, SAMPLE) })),
    },
  }
}

/** Deliveries by what would become of them: synced, dead, create, change, remove, undecided. */
async function readCounts(db: Db, system: string, object: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ what: string; count: number }>`
    select case when state in ('synced', 'dead', 'frozen', 'held') then state when reason = 'first_link' then coalesce(detail ->> 'would', 'undecided')
      else 'undecided' end as what, count(*)::int as count
    from delivery where system = ${system} and object = ${object} and state <> 'absent' group by 1
  `.execute(db)
  return new Map(rows.map(row => [row.what, row.count]))
}

async function readSamples(db: Db, system: string, object: string, would: 'change' | 'create' | 'remove') {
  const { rows } = await sql<{ golden_id: string; remote_id: string | null; members: string[] }>`
    select d.golden_id, r.remote_id, coalesce(array(select jsonb_array_elements_text(d.detail -> 'members')), '{}') as members
    from (select * from delivery where system = ${system} and object = ${object} and state = 'waiting' and reason = 'first_link'
      and detail ->> 'would' = ${would} limit ${SAMPLE}) d
    left join remote_record r on r.golden_id = d.golden_id and r.system = d.system and r.object = d.object and r.is_primary
    order by d.golden_id
  `.execute(db)
  return rows.map(row => ({ goldenId: row.golden_id, remoteId: row.remote_id, members: row.members }))
}
