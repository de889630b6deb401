import { sql } from 'kysely'
import type { Tx } from '#store/database.ts'
import { type GoldenPolicy, goldenKeys } from '../golden.ts'
import { lockGoldens, remoteText, type Source } from '../rows.ts'
import type { LoggedMerge, UnmergePlan } from '../unmerge-plan.ts'

/**
 * Remote records that came while the two were one, by keys that were the loser's, or that only its records state: had they not
 * been one, these would be the loser's. What names both, or neither, stays with the winner.
 */
export async function findLatecomers(
  tx: Tx,
  plan: UnmergePlan,
  { mergedAt, keys }: { mergedAt: Date; keys: readonly { kind: string; value: string }[] },
  policy: GoldenPolicy,
): Promise<LoggedMerge['remotes']> {
  const golden = (await lockGoldens(tx, [plan.fromId])).get(plan.fromId)
  const { rows } = await sql<{ system: string; object: string; remote_id: string }>`
    select system, object, remote_id from remote_record where golden_id = ${plan.fromId} and linked_at > ${mergedAt}
  `.execute(tx)
  if (golden === undefined || rows.length === 0) return []
  const brought = new Set(plan.othersRemotes.map(textOf))
  const late = new Set(rows.map(row => remoteText(row.system, row.object, row.remote_id)))
  const loser = new Set(plan.remotes.map(textOf))
  const keysOf = (sources: readonly Source[]): string[] =>
    goldenKeys(sources, policy).map(({ kind, value }) => `${kind} ${value}`)
  const known = (source: Source): boolean => !late.has(textOf(source)) || brought.has(textOf(source))
  const given = new Set(keys.map(({ kind, value }) => `${kind} ${value}`))
  const others = golden.sources.filter(source => known(source) && !loser.has(textOf(source)))
  const theirs = new Set(keysOf(others).filter(key => !given.has(key)))
  const own = new Set([...given, ...keysOf(golden.sources.filter(source => loser.has(textOf(source))))])
  const found: Source[] = []
  const left = new Set(golden.sources.filter(source => !known(source)))
  for (let isMore = true; isMore;) {
    isMore = false
    for (const source of left) {
      const named = keysOf([source])
      if (!named.some(key => own.has(key)) || named.some(key => theirs.has(key))) continue
      left.delete(source)
      found.push(source)
      for (const key of named) own.add(key)
      isMore = true
    }
  }
  return found.map(({ system, object, remoteId }) => ({ system, object, remoteId }))
}

function textOf({ system, object, remoteId }: LoggedMerge['remotes'][number]): string {
  return remoteText(system, object, remoteId)
}
