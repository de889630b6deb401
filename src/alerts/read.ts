import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Db } from '#store/database.ts'
import type { AlertNoticeTable, AlertSilenceTable } from '#store/schema/alerting.ts'
import type { AlertRow } from './rows.ts'

export type SilenceRow = Selectable<AlertSilenceTable>

export interface AlertQuery {
  state?: 'open' | 'resolved' | 'all'
  team?: string
  system?: string
  before?: string
  limit: number
}

/** Newest first. */
export async function readAlerts(
  db: Db,
  { state = 'open', team, system, before, limit }: AlertQuery,
): Promise<AlertRow[]> {
  let rows = db.selectFrom('alert').selectAll()
  if (state !== 'all') rows = rows.where('state', state === 'open' ? '<>' : '=', 'resolved')
  if (team !== undefined) rows = rows.where('team', '=', team)
  if (system !== undefined) rows = rows.where('system', '=', system)
  if (before !== undefined) rows = rows.where('id', '<', before)
  return await rows.orderBy('id', 'desc').limit(limit).execute()
}

export async function readAlert(db: Db, id: string): Promise<AlertRow | undefined> {
  return await db.selectFrom('alert').selectAll().where('id', '=', id).executeTakeFirst()
}

/** What was said of an alert, oldest first. */
export async function readNoticesOf(db: Db, alertId: string): Promise<Selectable<AlertNoticeTable>[]> {
  const mine = sql<boolean>`${alertId}::uuid = any(alerts)`
  return await db.selectFrom('alert_notice').selectAll().where(mine).orderBy('id').limit(100).execute()
}

/** Silences that have not ended. */
export async function readSilences(db: Db, nowMs: number): Promise<SilenceRow[]> {
  return await db
    .selectFrom('alert_silence')
    .selectAll()
    .where('ends_at', '>', new Date(nowMs))
    .orderBy('id')
    .limit(1_000)
    .execute()
}

/** An alert is silenced by what fits it in all that it names. */
export function isSilenced(
  alert: Pick<AlertRow, 'name' | 'system' | 'object' | 'team'>,
  silences: readonly Pick<SilenceRow, 'name' | 'system' | 'object' | 'team'>[],
): boolean {
  return silences.some(silence =>
    (['name', 'system', 'object', 'team'] as const).every(
      part => silence[part] === null || silence[part] === alert[part],
    ),
  )
}
