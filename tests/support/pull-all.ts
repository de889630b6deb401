import type { PullResult, RemoteState } from '#connector/kit.ts'
import type { Json } from '#model/json.ts'

/** All pages of one round of a pull, where it ended, and how many pages that were; fails when it takes more. */
export async function pullAll(
  changes: (cursor: Json | undefined) => Promise<PullResult>,
  { from, pagesMax }: { from?: Json | undefined; pagesMax: number },
): Promise<{ records: RemoteState[]; cursor: Json; pages: number }> {
  const records: RemoteState[] = []
  let cursor = from
  for (let page = 1; page <= pagesMax; page += 1) {
    const result = await changes(cursor)
    if (!result.ok) throw new Error(JSON.stringify(result.outcome))
    records.push(...result.records)
    if (!result.more) return { records, cursor: result.cursor, pages: page }
    cursor = result.cursor
  }
  throw new Error('the pull does not end')
}
