import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import { BRAKE_WINDOW_MS } from '#deliver/brake/limit.ts'
import { compareDue } from '#deliver/compare/compare.ts'
import { wakeDependents } from '#deliver/claim/dependents.ts'
import { createLinkTurns, type LinkTurnParts } from '#deliver/link/turns.ts'
import { type PollParts, pollDue } from '#deliver/read/poll.ts'
import type { Stage } from '#model/stages.ts'
import type { Wakes } from '#queue/wakes.ts'
import { completeLinks } from '#resolve/commit.ts'
import { runBackfills } from './again/backfill.ts'
import { sweepEndedBrakes } from './brakes.ts'
import { measureDaily } from './quality/measure.ts'
import type { GoldenPolicy } from '#resolve/golden.ts'
import { foldCounts } from '#resolve/matching/records.ts'
import { createSecondLook } from '#resolve/matching/second-look.ts'
import type { MatchingSettings } from '#resolve/matching/settings.ts'
import { dropExpired, ensurePartitions } from '#store/partitions.ts'

const MINUTE_MS = 60_000

type MaintenanceParts = PollParts &
  LinkTurnParts & {
    matching: () => MatchingSettings | undefined
    config: Pick<HubConfig, 'limits' | 'retention'>
    policy: GoldenPolicy
    wakes: Wakes
    wake: (stage: Stage, shards: Iterable<number>) => void
  }

/** Recurring work of the whole cluster: polls, comparisons of ids, first link, partitions and retention, links that were missed. */
export async function startMaintenance(parts: MaintenanceParts): Promise<void> {
  const { database, config, wakes, nowMs } = parts
  await wakes.every('polls', 5_000, () => pollDue(parts))
  await wakes.every('comparisons', 5_000, () => compareDue(parts))
  const link = createLinkTurns(parts)
  if (link.isNeeded) await wakes.every('link', 1_000, () => link.run())
  await wakes.every('links', 30_000, async () => {
    const ids = await completeLinks(database, config.limits.shards, parts.ids.traceId())
    if (ids.length > 0)
      parts.wake(
        'plan',
        Array.from({ length: config.limits.shards }, (_, shard) => shard),
      )
  })
  // After the commits of other stages, and of those that crashed.
  await wakes.every('dependents', 1_000, async () => parts.wake('deliver', await wakeDependents(database)))
  await wakes.every('backfills', 1_000, () => runBackfills(parts))
  const lookAgain = createSecondLook({ acts: { ...parts, shards: config.limits.shards }, matching: parts.matching })
  await wakes.every('second-look', 10_000, async () => {
    while ((await lookAgain()).more);
  })
  await wakes.every('match-counts', 30_000, async () => {
    if (parts.matching() !== undefined) await database.transaction(foldCounts)
  })
  await wakes.every('quality', 60 * MINUTE_MS, () => measureDaily(parts))
  await wakes.every('brakes', 30_000, async () => {
    await sql`delete from brake_count where minute < now() - ${BRAKE_WINDOW_MS} * interval '1 millisecond'`.execute(
      database.kysely,
    )
    await sweepEndedBrakes(parts)
  })
  await wakes.every('partitions', 60 * MINUTE_MS, async () => {
    await ensurePartitions(database, nowMs())
    await dropExpired(database, 'request', config.retention.requestsDays, nowMs())
    await dropExpired(database, 'event', config.retention.eventsDays, nowMs())
    await dropExpired(database, 'attempt', config.retention.attemptsDays, nowMs())
  })
  await wakes.every('expiry', 10 * MINUTE_MS, async () => {
    await sql`delete from event_dedupe where expires_at < now()`.execute(database.kysely)
    // What a delivery waited on counts only while it waits.
    await sql`
      delete from delivery_wait w where not exists (
        select from delivery d where d.golden_id = w.golden_id and d.system = w.system and d.object = w.object and d.state = 'waiting')
    `.execute(database.kysely)
    await sql`
      delete from refused_request where received_at < now() - ${config.retention.refusedHours} * interval '1 hour'
    `.execute(database.kysely)
  })
}
