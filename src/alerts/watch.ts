import type { HubConfig } from '#config/config.ts'
import type { Certificates } from '#observe/certificates.ts'
import type { HubKey } from '#config/key.ts'
import { createSigner } from '#config/signer.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Ids } from '#model/ids.ts'
import type { JsonObject } from '#model/json.ts'
import type { Database } from '#store/database.ts'
import type { Condition } from './condition.ts'
import { conditionsOf } from './conditions/all.ts'
import { countActivity } from './facts/count.ts'
import { expiriesOf } from './facts/expiry.ts'
import type { Facts } from './facts/facts.ts'
import { gatherFacts } from './facts/gather.ts'
import { createHealthReporter } from './facts/health.ts'
import { hearsAcknowledgements } from './channels/tell.ts'
import { createDescribe } from './describe.ts'
import { deliverNotices } from './notices/deliver.ts'
import { createOutage } from './outage.ts'
import { planNotices } from './notices/plan.ts'
import { forgetOld, readSentLastHour, readTellable, storeNotices } from './notices/rows.ts'
import { readSilences } from './read.ts'
import { giveLeaseBack, takeLease } from './lease.ts'
import { openAlertOf, readOpenAlerts, storeStep } from './rows.ts'
import { type Found, step } from './state.ts'

const LOOK_EVERY_MS = 15_000
/** Two looks may miss a trouble that is still there. */
const KEEP_MS = 2 * 60_000
/** A look takes well under a second. */
const LOOK_MAX_MS = 30_000
const FORGET_EVERY_MS = 60 * 60_000

export interface WatchParts {
  database: Database
  config: HubConfig
  metrics: Metrics
  ids: Ids
  nowMs: () => number
  log: Log
  key: HubKey
  /** Takes mails and long numbers out of a text: what a vendor said of a customer is told to chats and pagers. */
  mask: (text: string) => string
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
  const newId = (): string => ids.uuid()
  const describe = createDescribe(config, conditions)
  const signer = createSigner(parts.key)
  const outage = createOutage({ ...parts, describe })
  let isWatcher = false
  let underWay: Promise<void> | undefined
  let looking: Promise<void> | undefined
  let forgottenAtMs = 0

  async function lookOnce(): Promise<void> {
    const atMs = nowMs()
    await health.report(atMs)
    const lease = await takeLease(database.kysely, processId, atMs)
    isWatcher = lease !== undefined
    await outage.ended(atMs)
    if (lease === undefined) return
    await countActivity(database, atMs)
    const facts = await gatherFacts(database.kysely, config, expiries, { nowMs: atMs, ...lease })
    const open = (await readOpenAlerts(database.kysely)).flatMap(openAlertOf)
    const keepMsOf = (name: string): number => conditions.get(name)?.keepMs ?? KEEP_MS
    await storeStep(database, step(open, findAll(conditions, facts, parts.mask), keepMsOf, atMs), {
      newId,
      teamOf,
      nowMs: atMs,
    })
    await planAll(atMs)
    await deliverNotices({ ...parts, describe, signer })
    if (atMs - forgottenAtMs > FORGET_EVERY_MS) {
      forgottenAtMs = atMs
      await forgetOld(database.kysely, atMs)
    }
  }

  async function planAll(atMs: number): Promise<void> {
    const db = database.kysely
    const notices = planNotices({
      alerts: await readTellable(db),
      silences: await readSilences(db, atMs),
      sentLastHour: await readSentLastHour(db, atMs),
      config: config.alerts,
      hearsAcknowledgements: name => {
        const channel = config.alerts.channels[name]
        return channel !== undefined && hearsAcknowledgements(channel)
      },
      nowMs: atMs,
    })
    await storeNotices(database, notices, { newId, nowMs: atMs })
  }

  /** A database that hangs is one that does not answer: a look that waits for it holds up no second one. */
  async function lookOrTell(): Promise<void> {
    underWay ??= lookOnce().finally(() => (underWay = undefined))
    try {
      await within(LOOK_MAX_MS, underWay)
    } catch (error) {
      await outage.failed(nowMs(), isWatcher)
      throw error
    }
  }

  /** A look that is under way is the one that is asked for. */
  async function look(): Promise<void> {
    looking ??= lookOrTell().finally(() => (looking = undefined))
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

function findAll(conditions: ReadonlyMap<string, Condition>, facts: Facts, mask: (text: string) => string): Found[] {
  const masked = (detail: JsonObject = {}): JsonObject =>
    Object.fromEntries(
      Object.entries(detail).map(([name, value]) => [name, typeof value === 'string' ? mask(value) : value]),
    )
  return [...conditions.values()].flatMap(({ name, find }) =>
    find(facts).map(finding => ({ ...finding, name, detail: masked(finding.detail) })),
  )
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(() => late.reject(new Error(`PostgreSQL did not answer within ${ms} ms`)), ms)
  try {
    await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
