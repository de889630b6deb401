import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import { systemSigns } from './signs.ts'
import type { Reading, ReadingParts } from './reading.ts'

/** Who hears of systems that name no team, where `alerts.defaultTeam` names none either. */
const DEFAULT_TEAM = 'default'

/** The configured systems: who owns them, which state they are in, what of their quota is left. */
export const systemsReading: Reading = {
  name: 'systems',
  freshMs: 5_000,
  async take(parts) {
    const { config, database, metrics } = parts
    const { rows } = await sql<{ name: string; team: string | null; state: string; calls: number }>`
      select name, team, state, case when calls_day = current_date then calls_today else 0 end as calls from system
    `.execute(database.kysely)
    const nobodys = config.alerts.defaultTeam ?? DEFAULT_TEAM
    // Also those that left the configuration: what they left behind still needs a person.
    metrics.systemInfo.replace([[{ system: '', team: nobodys }, 1]])
    for (const { name, team } of rows) {
      const configured = config.systems[name]
      const owner = configured === undefined ? team : configured.team
      metrics.systemInfo.set({ system: name, team: owner ?? nobodys }, 1)
    }
    metrics.systems.replace(rows.map(({ name, state }) => [{ system: name, state }, 1]))
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
