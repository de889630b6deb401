import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Database, Db, Tx } from '#store/database.ts'
import type { AlertTable } from '#store/schema/alerting.ts'
import { storedJson } from '#store/stored-json.ts'
import { acknowledged, keyOf, type OpenAlert, type Step } from './state.ts'

export type AlertRow = Selectable<AlertTable>

export async function readOpenAlerts(db: Db): Promise<AlertRow[]> {
  return await db.selectFrom('alert').selectAll().where('state', '<>', 'resolved').orderBy('id').execute()
}

export function openAlertOf(row: AlertRow): OpenAlert[] {
  const { id, name, state, severity } = row
  return state === 'resolved' ? [] : [{ id, name, key: keyOf(row), state, severity, seenAtMs: row.seen_at.getTime() }]
}

/** Writes down what a look found, all of it or nothing. */
export async function storeStep(
  database: Database,
  { raised, seen, ended }: Step,
  context: { newId: () => string; teamOf: (system: string | undefined) => string | undefined; nowMs: number },
): Promise<void> {
  const { newId, teamOf, nowMs } = context
  const now = new Date(nowMs)
  const rows = raised.map(({ name, severity, system, object, sinceMs, value, customers, detail }) => ({
    id: newId(),
    name,
    severity,
    system,
    object,
    team: teamOf(system),
    value,
    customers,
    detail: detail ?? {},
    since: new Date(sinceMs),
  }))
  await database.transaction(async tx => {
    if (rows.length > 0)
      await sql`
        insert into alert (id, name, severity, system, object, team, state, value, customers, detail, since, raised_at, seen_at)
        select id, name, severity, system, object, team, 'firing', value, customers, detail, since, ${now}, ${now}
        from json_to_recordset(${storedJson(rows)}::json) as t(id uuid, name text, severity text, system text, object text, team text,
          value float8, customers int, detail jsonb, since timestamptz)
        on conflict do nothing
      `.execute(tx)
    if (seen.length > 0) await storeSeen(tx, seen, now)
    if (ended.length > 0)
      await tx
        .updateTable('alert')
        .set({ state: 'resolved', resolved_at: now })
        .where('id', 'in', ended)
        .where('state', '<>', 'resolved')
        .execute()
  })
}

/** A page that was a ticket begins anew: nobody was woken by it, and who acknowledged it did not know. */
async function storeSeen(tx: Tx, seen: Step['seen'], now: Date): Promise<void> {
  const rows = seen.map(({ id, found: { severity, value, customers, detail } }) => ({
    id,
    severity,
    value,
    customers,
    detail: detail ?? {},
  }))
  await sql`
    update alert a set seen_at = ${now}, value = t.value, customers = t.customers, detail = t.detail,
      severity = case when a.severity = 'page' then 'page' else t.severity end,
      state = case when a.severity = 'ticket' and t.severity = 'page' then 'firing' else a.state end,
      told_at = case when a.severity = 'ticket' and t.severity = 'page' then null else a.told_at end,
      escalations = case when a.severity = 'ticket' and t.severity = 'page' then 0 else a.escalations end
    from json_to_recordset(${storedJson(rows)}::json) as t(id uuid, severity text, value float8, customers int, detail jsonb)
    where a.id = t.id and a.state <> 'resolved'
  `.execute(tx)
}

/** Whether it could be acknowledged: it was firing. */
export async function storeAcknowledged(database: Database, id: string, by: string, nowMs: number): Promise<boolean> {
  return await database.transaction(async tx => {
    const row = await tx.selectFrom('alert').select('state').where('id', '=', id).forUpdate().executeTakeFirst()
    const state = row && acknowledged(row.state)
    if (state === undefined) return false
    const at = new Date(nowMs)
    await tx
      .updateTable('alert')
      .set({ state, acknowledged_by: by, acknowledged_at: at })
      .where('id', '=', id)
      .execute()
    return true
  })
}

/** An alert that is told of and stored nowhere. */
export function unstoredAlert(
  alert: Pick<AlertRow, 'id' | 'name' | 'severity' | 'team' | 'value' | 'detail' | 'since'>,
): AlertRow {
  return {
    ...alert,
    system: null,
    object: null,
    state: 'firing',
    customers: null,
    raised_at: alert.since,
    seen_at: alert.since,
    acknowledged_at: null,
    acknowledged_by: null,
    resolved_at: null,
    told_at: alert.since,
    told_to: [],
    escalations: 0,
    ack_told: false,
    end_told: false,
  }
}
