import type { HubConfig } from '#config/config.ts'
import type { Db } from '#store/database.ts'
import { readAttempts } from './attempts.ts'
import { readBrakes, readDeliveries, readFlips, readOverdue } from './deliveries.ts'
import { readDeadEvents, readPublications, readRefused, readStages, readUnread } from './events.ts'
import { type ExpiryFact, readTokenExpiries } from './expiry.ts'
import type { Facts } from './facts.ts'
import { readHealth } from './health.ts'
import { readSources } from './sources.ts'
import { readChannels, readHeldDeletes, readSystems } from './systems.ts'

/** Nothing that is due for less long is looked into. */
const OVERDUE_MS = 60_000

/**
 * The one place that asks the database what conditions judge by: a handful of queries, each bounded by an index or a limit,
 * whatever the number of systems, customers and dead letters.
 */
export async function gatherFacts(
  db: Db,
  config: HubConfig,
  expiries: readonly ExpiryFact[],
  when: { nowMs: number; watchedSinceMs: number },
): Promise<Facts> {
  const { nowMs, watchedSinceMs } = when
  const { shards } = config.limits
  const ofConfigured = <T extends { system: string }>(rows: readonly T[]): T[] =>
    rows.filter(row => config.systems[row.system] !== undefined)
  // One after the other: alerts must not take the connections that the work needs.
  const systems = await readSystems(db, config)
  const health = await readHealth(db, nowMs)
  const seen = health.flatMap(({ certificates }) => certificates)
  const certificates = seen.map(({ system, host, endsAtMs }) => ({
    kind: 'certificate' as const,
    system,
    name: host,
    endsAtMs,
  }))
  return {
    nowMs,
    systems,
    deliveries: ofConfigured(await readDeliveries(db)),
    overdue: ofConfigured(await readOverdue(db, shards, nowMs - OVERDUE_MS)),
    flips: ofConfigured(await readFlips(db)),
    brakes: ofConfigured(await readBrakes(db)),
    heldDeletes: ofConfigured(await readHeldDeletes(db)),
    attempts: ofConfigured(await readAttempts(db, nowMs)),
    deadEvents: ofConfigured(await readDeadEvents(db)),
    unread: ofConfigured(await readUnread(db)),
    stages: await readStages(db, shards),
    publications: await readPublications(db, nowMs),
    refused: ofConfigured(await readRefused(db, nowMs)),
    sources: ofConfigured(await readSources(db, nowMs, watchedSinceMs)),
    health,
    expiries: [...expiries, ...certificates, ...(await readTokenExpiries(db, nowMs))],
    channels: await readChannels(db),
  }
}
