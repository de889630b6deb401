import { sql } from 'kysely'
import type { Db } from '#store/database.ts'

export const ATTEMPT_SLOT_MS = 5 * 60_000
const HOUR_MS = 60 * 60_000
export const ATTEMPTS_KEPT_MS = 6 * HOUR_MS

/** How the calls of one system with one outcome add up over four spans. */
interface OutcomeRow {
  system: string
  outcome: string
  m10: number
  m30: number
  h1: number
  h6: number
}

export interface Share {
  total: number
  failed: number
}

/** Calls to one system, and how many of them neither wrote nor were told to wait. */
export interface AttemptFact {
  system: string
  m10: Share
  m30: Share
  h1: Share
  h6: Share
  /** The most frequent way to fail, of the last hour. */
  worst: string | undefined
}

/**
 * Ends of a call that a budget of errors is spent on. Rate limits are no failures; refused credentials disconnect the
 * system, which is told of by itself. `gone` is, since many at once mean another account or a purge.
 */
const FAILED = new Set(['retry', 'unknown', 'conflict', 'rejected', 'gone'])

export async function readAttempts(db: Db, nowMs: number): Promise<AttemptFact[]> {
  const from = (ms: number): Date => new Date(Math.floor((nowMs - ms) / ATTEMPT_SLOT_MS) * ATTEMPT_SLOT_MS)
  const { rows } = await sql<OutcomeRow>`
    select system, outcome, coalesce(sum(attempts) filter (where slot > ${from(2 * ATTEMPT_SLOT_MS)}), 0)::int as m10,
      coalesce(sum(attempts) filter (where slot > ${from(6 * ATTEMPT_SLOT_MS)}), 0)::int as m30,
      coalesce(sum(attempts) filter (where slot > ${from(HOUR_MS)}), 0)::int as h1, sum(attempts)::int as h6
    from attempt_activity where slot > ${from(6 * HOUR_MS)} group by 1, 2
  `.execute(db)
  return [...Map.groupBy(rows, row => row.system)].map(([system, outcomes]) => {
    const failed = outcomes.filter(({ outcome }) => FAILED.has(outcome))
    const share = (span: 'm10' | 'm30' | 'h1' | 'h6'): Share => ({
      total: sum(outcomes, span),
      failed: sum(failed, span),
    })
    const worst = failed.toSorted((a, b) => b.h1 - a.h1)[0]?.outcome
    return { system, m10: share('m10'), m30: share('m30'), h1: share('h1'), h6: share('h6'), worst }
  })
}

function sum(rows: readonly OutcomeRow[], span: 'm10' | 'm30' | 'h1' | 'h6'): number {
  return rows.reduce((total, row) => total + row[span], 0)
}
