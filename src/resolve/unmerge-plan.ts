/** A merge that was not undone, as its log entry tells. */
export interface LoggedMerge {
  id: string
  winnerId: string
  loserId: string
  remotes: readonly { system: string; object: string; remoteId: string; primaryBy?: string | null }[]
}

/** How one merge is taken apart again. */
export interface UnmergePlan {
  /** The golden record that the loser is in now: the winner, or what the winner was merged into. */
  fromId: string
  /** Golden records that were merged into the loser before, and follow it. */
  followers: string[]
  remotes: LoggedMerge['remotes']
  /** Merges on top of the undone one, and the golden records that the loser went through by them, `fromId` last. */
  above: string[]
  path: string[]
  /** What other merges brought to where the loser is now. */
  othersRemotes: LoggedMerge['remotes']
}

/**
 * What undoing one merge moves, also when others were made on top of it, or beneath. The remote records that the loser
 * brought go with it, except those that a later merge brought to where they are now by another way. `merges` are all of the
 * family that were not undone; undefined when the entry is not among them.
 */
export function planUnmerge(merges: readonly LoggedMerge[], id: string): UnmergePlan | undefined {
  const undone = merges.find(merge => merge.id === id)
  if (undone === undefined) return undefined
  const mergeOf = new Map(merges.map(merge => [merge.loserId, merge]))
  const above = new Set<LoggedMerge>()
  let fromId = undone.winnerId
  for (let next = mergeOf.get(fromId); next !== undefined && !above.has(next); next = mergeOf.get(fromId)) {
    above.add(next)
    fromId = next.winnerId
  }
  const others = merges.filter(merge => merge.id > id && !above.has(merge))
  const othersRemotes = others.flatMap(merge => merge.remotes)
  const broughtLater = new Set(othersRemotes.map(remoteText))
  return {
    fromId,
    followers: merges.map(merge => merge.loserId).filter(loserId => passesThrough(mergeOf, loserId, undone.loserId)),
    remotes: undone.remotes.filter(remote => !broughtLater.has(remoteText(remote))),
    above: [...above].map(merge => merge.id),
    path: [undone.winnerId, ...[...above].map(merge => merge.winnerId)],
    othersRemotes,
  }
}

/** Whether a golden record was merged into another directly or by way of others. */
function passesThrough(mergeOf: ReadonlyMap<string, LoggedMerge>, goldenId: string, target: string): boolean {
  const seen = new Set<string>()
  for (let at = mergeOf.get(goldenId)?.winnerId; at !== undefined && !seen.has(at); at = mergeOf.get(at)?.winnerId) {
    if (at === target) return true
    seen.add(at)
  }
  return false
}

function remoteText({ system, object, remoteId }: LoggedMerge['remotes'][number]): string {
  return `${system}\n${object}\n${remoteId}`
}
