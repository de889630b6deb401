import { sql } from 'kysely'
import type { Pool } from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { SystemConfig } from '#config/config.ts'
import type { Database } from '#store/database.ts'

/** Calls per second and per day of each system, counted together for all processes. */
export interface Quotas {
  /** Resolves when one more call may be made; a used-up daily quota is told by `quiet` for the calls after this one. */
  take(system: SystemConfig, quiet: (untilMs: number) => void): Promise<void>
}

const WAITS_MAX = 600

/** Rates are kept by rate-limiter-flexible in the hub's PostgreSQL; systems without limits cost nothing. */
export function createQuotas(database: Database, pool: Pool, nowMs: () => number): Quotas {
  const limiters = new Map<string, RateLimiterPostgres>()
  let ready: Promise<void> | undefined

  async function limiterOf(system: SystemConfig, perSecond: number): Promise<RateLimiterPostgres> {
    const known = limiters.get(system.name)
    if (known !== undefined) return known
    const limiter = await new Promise<RateLimiterPostgres>((resolve, reject) => {
      const made: RateLimiterPostgres = new RateLimiterPostgres(
        {
          storeClient: pool,
          storeType: 'client',
          tableName: 'call_rate',
          keyPrefix: system.name,
          points: Math.max(1, Math.floor(perSecond)),
          duration: 1,
        },
        (error?: Error) => (error === undefined ? resolve(made) : reject(error)),
      )
    })
    limiters.set(system.name, limiter)
    return limiter
  }

  async function takeRate(system: SystemConfig, perSecond: number): Promise<void> {
    // One table for all systems: only the first may create it.
    ready ??= limiterOf(system, perSecond).then(() => undefined)
    await ready
    const limiter = await limiterOf(system, perSecond)
    for (let waits = 0; waits < WAITS_MAX; waits += 1) {
      try {
        await limiter.consume('calls')
        return
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        await new Promise(resolve => setTimeout(resolve, Math.max(5, refused.msBeforeNext)))
      }
    }
  }

  return {
    async take(system, quiet) {
      if (system.limits.perSecond !== undefined) await takeRate(system, system.limits.perSecond)
      if (system.limits.perDay === undefined) return
      const { rows } = await sql<{ calls: number }>`
        update system set calls_today = case when calls_day = current_date then calls_today + 1 else 1 end, calls_day = current_date
        where name = ${system.name} returning calls_today as calls
      `.execute(database.kysely)
      if ((rows[0]?.calls ?? 0) >= system.limits.perDay) quiet(nextMidnightMs(nowMs()))
    },
  }
}

function nextMidnightMs(nowMs: number): number {
  const day = 24 * 60 * 60_000
  return (Math.floor(nowMs / day) + 1) * day
}
