/** Jaro-Winkler similarity of two texts, 0 to 1 (Winkler 1990; prefix scale 0.1, up to four letters). */
export function jaroWinkler(left: string, right: string): number {
  if (left === right) return left === '' ? 0 : 1
  const [a, b] = [Array.from(left), Array.from(right)]
  if (a.length === 0 || b.length === 0) return 0
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1)
  const taken = b.map(() => false)
  const matchedA: string[] = []
  for (const [at, letter] of a.entries()) {
    const end = Math.min(b.length, at + reach + 1)
    for (let other = Math.max(0, at - reach); other < end; other += 1) {
      if (taken[other] === true || b[other] !== letter) continue
      taken[other] = true
      matchedA.push(letter)
      break
    }
  }
  const matches = matchedA.length
  if (matches === 0) return 0
  const matchedB = b.filter((_, at) => taken[at] === true)
  const swapped = matchedA.filter((letter, at) => letter !== matchedB[at]).length / 2
  const jaro = (matches / a.length + matches / b.length + (matches - swapped) / matches) / 3
  let prefix = 0
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix += 1
  return jaro + prefix * 0.1 * (1 - jaro)
}

/**
 * Edits (insert, delete, replace, swap of neighbours) that turn one text into the other, counted up to `max`; `max + 1`
 * means more (optimal string alignment).
 */
export function editDistance(left: string, right: string, max: number): number {
  if (left === right) return 0
  const tooMany = max + 1
  if (Math.abs(left.length - right.length) > max) return tooMany
  let before: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i]
    let least = i
    for (let j = 1; j <= right.length; j += 1) {
      const same = left.charCodeAt(i - 1) === right.charCodeAt(j - 1)
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      const isSwap =
        i > 1 &&
        j > 1 &&
        left.charCodeAt(i - 1) === right.charCodeAt(j - 2) &&
        left.charCodeAt(i - 2) === right.charCodeAt(j - 1)
      if (isSwap) cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      row.push(cost)
      if (cost < least) least = cost
    }
    if (least > max) return tooMany
    before = last
    last = row
  }
  return Math.min(last[right.length] ?? tooMany, tooMany)
}
