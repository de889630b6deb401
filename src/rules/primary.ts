/** What decides which of several remote records of one (system, object) the hub writes. */
export interface PrimaryCandidate {
  remoteId: string
  /** Deleted or merged away. */
  isDead: boolean
  /** A person chose it. */
  isChosen: boolean
  /** The hub has written it. */
  isWritten: boolean
  linkedAtMs: number
}

/**
 * The primary one among the remote records of one golden record in one (system, object): it lives, was chosen by a person,
 * else is the one already written, else the oldest. None when none lives. `store/customers/primary.ts` says the same in SQL.
 */
export function primaryOf<Candidate extends PrimaryCandidate>(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.filter(candidate => !candidate.isDead).sort(compare)[0]
}

function compare(left: PrimaryCandidate, right: PrimaryCandidate): number {
  return (
    Number(right.isChosen) - Number(left.isChosen) ||
    Number(right.isWritten) - Number(left.isWritten) ||
    left.linkedAtMs - right.linkedAtMs ||
    (left.remoteId < right.remoteId ? -1 : 1)
  )
}
