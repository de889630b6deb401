/** One golden record was merged into another at a time, and stood apart again at another. */
export interface Union {
  loserId: string
  winnerId: string
  fromMs: number
  /** Undefined: it still holds. */
  untilMs: number | undefined
}

export interface Unions {
  /** The golden record that it is part of. */
  rootOf(goldenId: string): string
  /** A golden record and all that is merged into it, directly or by way of others, in the order of their merges. */
  members(goldenId: string): string[]
}

/** Who was merged into whom at a moment: a tree, whose branches come off again where they were put on. */
export function unionsAt(unions: readonly Union[], atMs: number): Unions {
  const standing = unions
    .filter(({ fromMs, untilMs }) => fromMs <= atMs && (untilMs === undefined || untilMs > atMs))
    .sort((left, right) => left.fromMs - right.fromMs)
  const parent = new Map(standing.map(({ loserId, winnerId }) => [loserId, winnerId]))
  function rootOf(goldenId: string): string {
    const winner = parent.get(goldenId)
    return winner === undefined ? goldenId : rootOf(winner)
  }
  function members(goldenId: string): string[] {
    return [goldenId, ...standing.flatMap(({ loserId, winnerId }) => (winnerId === goldenId ? members(loserId) : []))]
  }
  return { rootOf, members }
}
