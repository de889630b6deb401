import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import { systemSigns } from './signs.ts'
import type { Reading, ReadingParts } from './reading.ts'

/** The team of systems that name none. */
export const DEFAULT_TEAM = 'default'

/** The configured systems: who owns them, which state they are in, what of their quota is left. */
export const systemsReading: Reading = {
  freshMs: 5_000,
  async take(parts) {
    const { config, database, metrics } = parts
    metrics.systemInfo.reset()
    for (const { name, team = DEFAULT_TEAM } of Object.values(config.systems)) {
      metrics.systemInfo.set({ system: name, team }, 1)
    }
    const { rows } = await sql<{ name: string; state: string; calls: number }>`
      select name, state, case when calls_day = current_date then calls_today else 0 end as calls from system
    `.execute(database.kysely)
    metrics.systems.reset()
    for (const { name, state } of rows) metrics.systems.set({ system: name, state }, 1)
    setQuotas(parts.metrics, config, new Map(rows.map(({ name, calls }) => [name, calls])))
    await systemSigns(parts)
  },
}

function setQuotas(metrics: ReadingParts['metrics'], config: HubConfig, calls: ReadonlyMap<string, number>): void {
  for (const { name, limits } of Object.values(config.systems)) {
    if (limits.perDay === undefined) continue
    const used = calls.get(name) ?? 0
    metrics.quotaUsed.set({ system: name }, used)
    metrics.quotaLeft.set({ system: name }, Math.max(0, limits.perDay - used))
  }
}
