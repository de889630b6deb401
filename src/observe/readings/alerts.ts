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
    metrics.alertsFiring.replace(rows.map(({ n, ...labels }) => [labels, n]))
    const failing = await sql<{ name: string }>`select name from alert_channel`.execute(database.kysely)
    const channels = new Map(Object.keys(config.alerts.channels).map(channel => [channel, 0]))
    for (const { name } of failing.rows) channels.set(name, 1)
    metrics.channelFailing.replace([...channels].map(([channel, is]) => [{ channel }, is]))
  },
}
