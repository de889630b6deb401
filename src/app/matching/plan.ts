import { sql } from 'kysely'
import type { components } from '#console/api.gen.ts'
import { type ChangedVerdict, compareWeights } from '#resolve/matching/compare-weights.ts'
import type { MatchingSettings } from '#resolve/matching/settings.ts'
import type { Database } from '#store/database.ts'

type Plan = Omit<components['schemas']['MatchingPlan'], 'number'>

const RECORDS_PER_PAGE = 50
const SAMPLES_MAX = 20

/** What would change on the newest records if the second settings took the place of the first. Each page is a transaction of its own. */
export async function planWeights(
  database: Database,
  settings: readonly [MatchingSettings, MatchingSettings],
  recordsMax: number,
): Promise<Plan> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from match_record`.execute(database.kysely)
  // Both records of a pair tell of it: it counts once, by what changes most.
  const pairs = new Map<string, ChangedVerdict>()
  let records = 0
  let beforeId: string | undefined
  while (records < recordsMax) {
    const limit = Math.min(RECORDS_PER_PAGE, recordsMax - records)
    const page = await database.transaction(tx => compareWeights(tx, settings, { beforeId, limit }))
    for (const change of page.changed) {
      const pair = [change.goldenId, change.otherId].sort().join(' ')
      const known = pairs.get(pair)
      if (known === undefined || weight(change) > weight(known)) pairs.set(pair, change)
    }
    records += page.records
    beforeId = page.lastId
    if (page.records < limit) break
  }
  const changes = [...pairs.values()]
  const count = (is: (change: ChangedVerdict) => boolean): number => changes.filter(is).length
  return {
    records,
    total: rows[0]?.n ?? 0,
    merges: count(({ after }) => after.verdict === 'link'),
    questions: count(({ after }) => after.verdict === 'ask'),
    endedMerges: count(({ before }) => before.verdict === 'link'),
    endedQuestions: count(({ before }) => before.verdict === 'ask'),
    samples: changes
      .sort((a, b) => weight(b) - weight(a))
      .slice(0, SAMPLES_MAX)
      .map(change => ({ ...change, before: shown(change.before), after: shown(change.after) })),
  }
}

const WEIGHTS = { link: 2, ask: 1, nothing: 0 } as const

function weight({ before, after }: ChangedVerdict): number {
  return Math.max(WEIGHTS[before.verdict], WEIGHTS[after.verdict])
}

function shown({ verdict, bits }: ChangedVerdict['before']) {
  return { verdict, bits: bits ?? null }
}
