import { sql } from 'kysely'
import type { LinkState } from '../claim/claim.ts'
import type { Db } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import type { Member } from './review.ts'

/** How far the first link of one (system, object) is. */
export interface LinkProgress extends Member {
  loadGroup: string | null
  state: LinkState
  /** Of the system: a paused or disconnected one is not loaded. */
  systemState: 'active' | 'paused' | 'disconnected'
  /** Remote records pulled so far. */
  loaded: number
  /** On average since loading began; null before. */
  perMinute: number | null
  startedAt: string | null
  /** When all of it was pulled. */
  endedAt: string | null
  /** Why the last pull failed, and when the next one is tried. */
  error: string | null
  nextTryAt: string | null
  linkedAt: string | null
  linkedBy: string | null
}

interface ProgressColumns {
  system: string
  object: string
  load_group: string | null
  link_state: LinkState
  system_state: LinkProgress['systemState']
  loaded: number
  minutes: number | null
  load_started_at: Date | null
  load_ended_at: Date | null
  poll_error: string | null
  poll_due_at: Date | null
  linked_at: Date | null
  linked_by: string | null
}

const FIRST_SECOND_MINUTES = 1 / 60

/** Progress of these objects, in their order. */
export async function readProgress(db: Db, members: readonly Member[]): Promise<LinkProgress[]> {
  const { rows } = await sql<ProgressColumns>`
    select o.system, o.object, o.load_group, o.link_state, s.state as system_state, o.loaded,
      (extract(epoch from coalesce(o.load_ended_at, now()) - o.load_started_at) / 60)::float8 as minutes,
      o.load_started_at, o.load_ended_at, o.poll_error, o.poll_due_at, o.linked_at, o.linked_by
    from json_to_recordset(${storedJson(members)}::json) as t(system text, object text)
    join system_object o on o.system = t.system and o.object = t.object join system s on s.name = o.system
    order by o.system, o.object
  `.execute(db)
  return rows.map(row => ({
    system: row.system,
    object: row.object,
    loadGroup: row.load_group,
    state: row.link_state,
    systemState: row.system_state,
    loaded: row.loaded,
    perMinute:
      row.minutes === null || row.loaded === 0
        ? null
        : Math.round(row.loaded / Math.max(row.minutes, FIRST_SECOND_MINUTES)),
    startedAt: row.load_started_at?.toISOString() ?? null,
    endedAt: row.load_ended_at?.toISOString() ?? null,
    error: row.poll_error,
    nextTryAt: row.poll_error === null ? null : (row.poll_due_at?.toISOString() ?? null),
    linkedAt: row.linked_at?.toISOString() ?? null,
    linkedBy: row.linked_by,
  }))
}
