import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Database, Db, Tx } from '#store/database.ts'
import type { AlertNoticeTable } from '#store/schema/alerting.ts'
import type { Told } from '../channels/notifier.ts'
import type { AlertRow } from '../rows.ts'
import type { PlannedNotice } from './plan.ts'

export type NoticeRow = Selectable<AlertNoticeTable>

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
/** Who sends a notice has so long before another tries. */
const CLAIM_MS = 2 * 60_000
const CLAIMED_MAX = 50

/** Open alerts, and ended ones whose end was not told to those who were told of them. */
export async function readTellable(db: Db): Promise<AlertRow[]> {
  return await db
    .selectFrom('alert')
    .selectAll()
    .where(eb => eb.or([eb('state', '<>', 'resolved'), eb('end_told', '=', false)]))
    .orderBy('id')
    .limit(5_000)
    .execute()
}

export async function readSentLastHour(db: Db, nowMs: number): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('alert_notice')
    .select('channel')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('state', '=', 'sent')
    .where('sent_at', '>', new Date(nowMs - HOUR_MS))
    .groupBy('channel')
    .execute()
  return new Map(rows.flatMap(({ channel, count }) => (channel === null ? [] : [[channel, count]])))
}

/** Notices and what they change of their alerts become durable together: a crash in between says nothing twice. */
export async function storeNotices(
  database: Database,
  notices: readonly PlannedNotice[],
  context: { newId: () => string; nowMs: number },
): Promise<void> {
  const now = new Date(context.nowMs)
  await database.transaction(async tx => {
    for (const notice of notices) {
      const alerts = notice.alerts.map(({ id }) => id)
      await tx
        .insertInto('alert_notice')
        .values({
          id: context.newId(),
          kind: notice.kind,
          team: notice.team,
          channels: [...notice.channels],
          alerts,
          state: 'waiting',
          due_at: now,
          made_at: now,
        })
        .execute()
      await noteTold(tx, notice.kind, alerts, now)
    }
    // Ends of which nobody was to hear.
    await sql`
      update alert a set end_told = true where state = 'resolved' and not end_told and (told_to = '{}' or resolved_at < ${new Date(context.nowMs - DAY_MS)})
        and not exists (select from alert_notice n where n.state = 'waiting' and a.id = any(n.alerts))
    `.execute(tx)
  })
}

async function noteTold(tx: Tx, kind: PlannedNotice['kind'], alerts: string[], now: Date): Promise<void> {
  const update = tx.updateTable('alert').where('id', 'in', alerts)
  switch (kind) {
    case 'firing':
      await update.set({ told_at: now }).execute()
      return
    case 'escalated':
      await update.set(eb => ({ escalations: eb('escalations', '+', 1) })).execute()
      return
    case 'acknowledged':
      await update.set({ ack_told: true }).execute()
      return
    case 'resolved':
      await update.set({ end_told: true }).execute()
      return
    default:
      kind satisfies never
  }
}

/** Takes the notices that are due, so that no other process sends them as well. */
export async function claimNotices(db: Db, nowMs: number): Promise<NoticeRow[]> {
  const { rows } = await sql<NoticeRow>`
    update alert_notice set due_at = ${new Date(nowMs + CLAIM_MS)}, tries = tries + 1
    where id in (select id from alert_notice where state = 'waiting' and due_at <= ${new Date(nowMs)} order by id limit ${CLAIMED_MAX} for update skip locked)
    returning *
  `.execute(db)
  return rows
}

export async function readNotice(db: Db, id: string): Promise<NoticeRow | undefined> {
  return await db.selectFrom('alert_notice').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function readAlertsOf(db: Db, notice: Pick<NoticeRow, 'alerts'>): Promise<AlertRow[]> {
  return await db.selectFrom('alert').selectAll().where('id', 'in', notice.alerts).orderBy('id').execute()
}

/** A channel took it: it is heard of again when the alerts end. */
export async function storeSent(database: Database, notice: NoticeRow, channel: string, nowMs: number): Promise<void> {
  await database.transaction(async tx => {
    const sent = { state: 'sent' as const, channel, sent_at: new Date(nowMs), error: null }
    await tx.updateTable('alert_notice').set(sent).where('id', '=', notice.id).execute()
    if (notice.kind === 'firing' || notice.kind === 'escalated')
      await sql`
        update alert set told_to = array_append(told_to, ${channel}), end_told = false
        where id = any(${notice.alerts}::uuid[]) and not ${channel} = any(told_to)
      `.execute(tx)
  })
}

/** No channel took it: tried again at that time, or given up. */
export async function storeUnsent(
  db: Db,
  notice: NoticeRow,
  { error, dueAtMs }: { error: string; dueAtMs: number | undefined },
): Promise<void> {
  const state = dueAtMs === undefined ? 'failed' : 'waiting'
  const dueAt = dueAtMs === undefined ? notice.due_at : new Date(dueAtMs)
  await db.updateTable('alert_notice').set({ state, error, due_at: dueAt }).where('id', '=', notice.id).execute()
}

/** What a channel last answered. One that did not take a notice is left alone for a while when its vendor asked for that. */
export async function storeChannelAnswer(db: Db, name: string, told: Told, nowMs: number): Promise<void> {
  if (told.ok) {
    await db.deleteFrom('alert_channel').where('name', '=', name).execute()
    return
  }
  const { message: error, quietForMs } = told
  const quietUntil = quietForMs === undefined ? null : new Date(nowMs + quietForMs)
  await db
    .insertInto('alert_channel')
    .values({ name, failing_since: new Date(nowMs), failures: 1, error, quiet_until: quietUntil })
    .onConflict(conflict =>
      conflict.column('name').doUpdateSet(eb => ({
        failures: eb('alert_channel.failures', '+', 1),
        error,
        quiet_until: quietUntil,
      })),
    )
    .execute()
}

export async function readQuietChannels(db: Db, nowMs: number): Promise<Set<string>> {
  const rows = await db.selectFrom('alert_channel').select('name').where('quiet_until', '>', new Date(nowMs)).execute()
  return new Set(rows.map(({ name }) => name))
}

/** What is long over is forgotten: alerts after 90 days, notices after 30. */
export async function forgetOld(db: Db, nowMs: number): Promise<void> {
  await db
    .deleteFrom('alert')
    .where('state', '=', 'resolved')
    .where('resolved_at', '<', new Date(nowMs - 90 * DAY_MS))
    .execute()
  await db
    .deleteFrom('alert_notice')
    .where('made_at', '<', new Date(nowMs - 30 * DAY_MS))
    .execute()
  await db
    .deleteFrom('alert_silence')
    .where('ends_at', '<', new Date(nowMs - 90 * DAY_MS))
    .execute()
}
