export interface Quality {
  precision: number
  recall: number
  f1: number
}

/** Precision and recall on pairs of records, from two ways of putting the records in groups. */
export function pairQuality(
  ids: readonly string[],
  found: ReadonlyMap<string, string>,
  truth: ReadonlyMap<string, string>,
): Quality {
  const group = (of: ReadonlyMap<string, string>) => (id: string) => of.get(id) ?? `alone ${id}`
  const [foundOf, trueOf] = [group(found), group(truth)]
  const both = pairs(ids.map(id => `${foundOf(id)}\n${trueOf(id)}`))
  const [linked, right] = [pairs(ids.map(foundOf)), pairs(ids.map(trueOf))]
  const precision = linked === 0 ? 1 : both / linked
  const recall = right === 0 ? 1 : both / right
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { precision: rounded(precision), recall: rounded(recall), f1: rounded(f1) }
}

function pairs(groups: readonly string[]): number {
  const sizes = new Map<string, number>()
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  return [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0)
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5
}

/**
 * The groups as they would be if a person answered every question rightly: customers asked about are one when most of the
 * records of each are of one true cluster.
 */
export function withReviews(
  found: ReadonlyMap<string, string>,
  questions: readonly { left: string; right: string }[],
  truth: ReadonlyMap<string, string>,
): Map<string, string> {
  const mainOf = mainClusters(found, truth)
  const parent = new Map<string, string>()
  const root = (id: string): string => {
    const up = parent.get(id)
    return up === undefined ? id : root(up)
  }
  for (const { left, right } of questions) {
    const [one, other] = [root(left), root(right)]
    if (one !== other && mainOf.get(left) !== undefined && mainOf.get(left) === mainOf.get(right))
      parent.set(other, one)
  }
  return new Map([...found].map(([id, golden]) => [id, root(golden)]))
}

/** The true cluster that most records of a golden record are of. */
function mainClusters(found: ReadonlyMap<string, string>, truth: ReadonlyMap<string, string>): Map<string, string> {
  const counts = new Map<string, Map<string, number>>()
  for (const [id, golden] of found) {
    const cluster = truth.get(id) ?? id
    const of = counts.get(golden) ?? new Map<string, number>()
    counts.set(golden, of.set(cluster, (of.get(cluster) ?? 0) + 1))
  }
  const most = (of: ReadonlyMap<string, number>): string =>
    [...of].reduce((best, next) => (next[1] > best[1] ? next : best))[0]
  return new Map([...counts].map(([golden, of]) => [golden, most(of)]))
}
