import type { HubConfig } from '#config/config.ts'
import type { Certificates } from '#observe/certificates.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Ids } from '#model/ids.ts'
import type { Database } from '#store/database.ts'
import type { Condition } from './condition.ts'
import { conditionsOf } from './conditions/all.ts'
import { countActivity } from './facts/count.ts'
import { expiriesOf } from './facts/expiry.ts'
import type { Facts } from './facts/facts.ts'
import { gatherFacts } from './facts/gather.ts'
import { createHealthReporter } from './facts/health.ts'
import { giveLeaseBack, takeLease } from './lease.ts'
import { openAlertOf, readOpenAlerts, storeStep } from './rows.ts'
import { type Found, step } from './state.ts'

const LOOK_EVERY_MS = 15_000
/** Two looks may miss a trouble that is still there. */
const KEEP_MS = 2 * 60_000

export interface WatchParts {
  database: Database
  config: HubConfig
  metrics: Metrics
  ids: Ids
  nowMs: () => number
  log: Log
  calls: { certificates: Pick<Certificates, 'all'> }
}

export interface Watch {
  /** One look: facts, conditions, alerts. Nothing happens while another process is the one that looks. */
  look(): Promise<void>
  close(): Promise<void>
}

/** Looks after the hub, every fifteen seconds, in one process of all. */
export function startWatch(parts: WatchParts): Watch {
  const { database, config, log, nowMs, ids } = parts
  const processId = ids.uuid()
  const conditions = conditionsOf(config)
  const expiries = expiriesOf(config)
  const health = createHealthReporter({
    db: database.kysely,
    metrics: parts.metrics,
    certificates: parts.calls.certificates,
    processId,
    dataDir: config.hub.dataDir,
  })
  const teamOf = (system: string | undefined): string | undefined =>
    (system === undefined ? undefined : config.systems[system]?.team) ?? config.alerts.defaultTeam
  let looking: Promise<void> | undefined

  async function lookOnce(): Promise<void> {
    const atMs = nowMs()
    await health.report(atMs)
    const lease = await takeLease(database.kysely, processId, atMs)
    if (lease === undefined) return
    await countActivity(database, atMs)
    const facts = await gatherFacts(database.kysely, config, expiries, { nowMs: atMs, ...lease })
    const open = (await readOpenAlerts(database.kysely)).flatMap(openAlertOf)
    const keepMsOf = (name: string): number => conditions.get(name)?.keepMs ?? KEEP_MS
    await storeStep(database, step(open, findAll(conditions, facts), keepMsOf, atMs), {
      newId: () => ids.uuid(),
      teamOf,
      nowMs: atMs,
    })
  }

  /** A look that is under way is the one that is asked for. */
  async function look(): Promise<void> {
    looking ??= lookOnce().finally(() => (looking = undefined))
    await looking
  }

  const timer = setInterval(() => {
    look().catch((error: unknown) => log.warn({ err: error, unit: 'alerts' }, 'the hub could not be looked at'))
  }, LOOK_EVERY_MS)
  return {
    look,
    async close() {
      clearInterval(timer)
      await looking?.catch(() => undefined)
      await giveLeaseBack(database.kysely, processId).catch(() => undefined)
    },
  }
}

function findAll(conditions: ReadonlyMap<string, Condition>, facts: Facts): Found[] {
  return [...conditions.values()].flatMap(({ name, find }) => find(facts).map(finding => ({ ...finding, name })))
}
