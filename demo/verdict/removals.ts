import type { Crosswalk } from '../crosswalk.ts'
import type { Script } from '../story/stage.ts'
import type { Vendors } from '../vendors/vendor.ts'

export interface Removals {
  /** Records that people deleted and left deleted, as `system goldenId`: they must not come back. */
  deleted: ReadonlySet<string>
  /** How many records people deleted and brought back at all. */
  deletes: number
  restores: number
  merges: number
  /** Golden records into which a merge in the CRM brought two records of other systems, and when. */
  mergedAtMs: ReadonlyMap<string, number>
  /** Merges that the hub has not understood: the loser's id does not lead to the winner's golden record. */
  unmerged: readonly { winnerId: string; loserId: string }[]
}

/** What people took away, from the vendors' journals, and whose it was, from the hub's crosswalk. */
export function removalsOf(vendors: Vendors, script: Script, crosswalk: Crosswalk): Removals {
  const deleted = new Set<string>()
  let [deletes, restores] = [0, 0]
  for (const vendor of Object.values(vendors)) {
    for (const { action, author, object, id } of vendor.journal.entries()) {
      if (author !== 'person') continue
      if (action === 'restored') restores++
      if (action !== 'deleted') continue
      deletes++
      const isBack = vendor.record(object, id) !== undefined
      if (!isBack) deleted.add(`${vendor.name} ${crosswalk.of(vendor.name, object, id)?.goldenId}`)
    }
  }
  const merged = script.merges.map(pair => ({
    ...pair,
    goldenId: crosswalk.of('salesforce', 'Contact', pair.winnerId)?.goldenId,
  }))
  const isUnderstood = ({ winnerId, loserId, goldenId }: (typeof merged)[number]): boolean => {
    const loser = crosswalk.of('salesforce', 'Contact', loserId)
    return goldenId !== undefined && loser?.goldenId === goldenId && loser.aliasOf === winnerId
  }
  return {
    deleted,
    deletes,
    restores,
    merges: merged.length,
    mergedAtMs: new Map(merged.map(({ goldenId, atMs }) => [goldenId ?? '', atMs])),
    unmerged: merged.filter(pair => !isUnderstood(pair)),
  }
}
