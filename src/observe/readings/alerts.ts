import { sql } from 'kysely'
import type { Reading } from './reading.ts'

/** The alerts that the hub raised itself, and channels that take no notices. */
export const alertsReading: Reading = {
  name: 'alerts',
  freshMs: 5_000,
  async take({ config, database, metrics }) {
    const { rows } = await sql<{ name: string; system: string; severity: string; n: number }>`
      select name, coalesce(system, '') as system, severity, count(*)::int as n from alert where state <> 'resolved' group by 1, 2, 3
    `.execute(database.kysely)
    metrics.alertsFiring.reset()
    for (const { n, ...labels } of rows) metrics.alertsFiring.set(labels, n)
    const failing = await sql<{ name: string }>`select name from alert_channel`.execute(database.kysely)
    metrics.channelFailing.reset()
    for (const channel of Object.keys(config.alerts.channels)) metrics.channelFailing.set({ channel }, 0)
    for (const { name: channel } of failing.rows) metrics.channelFailing.set({ channel }, 1)
  },
}
