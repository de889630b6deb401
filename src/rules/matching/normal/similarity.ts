/** Jaro-Winkler similarity of two texts, 0 to 1 (Winkler 1990; prefix scale 0.1, up to four letters). */
export function jaroWinkler(left: string, right: string): number {
  if (left === right) return left === '' ? 0 : 1
  const [long, short] = left.length < right.length ? [right, left] : [left, right]
  if (short === '') return 0
  const reach = Math.max(0, Math.floor(long.length / 2) - 1)
  const matchedIn = new Uint8Array(short.length)
  const matched: number[] = []
  for (let at = 0; at < long.length; at += 1) {
    const end = Math.min(short.length, at + reach + 1)
    for (let other = Math.max(0, at - reach); other < end; other += 1) {
      if (matchedIn[other] === 1 || short.charCodeAt(other) !== long.charCodeAt(at)) continue
      matchedIn[other] = 1
      matched.push(long.charCodeAt(at))
      break
    }
  }
  const matches = matched.length
  if (matches === 0) return 0
  let [place, moved] = [0, 0]
  for (let at = 0; at < short.length; at += 1) {
    if (matchedIn[at] !== 1) continue
    if (short.charCodeAt(at) !== matched[place]) moved += 1
    place += 1
  }
  const jaro = (matches / long.length + matches / short.length + (matches - moved / 2) / matches) / 3
  let prefix = 0
  while (prefix < 4 && prefix < short.length && short[prefix] === long[prefix]) prefix += 1
  return jaro + prefix * 0.1 * (1 - jaro)
}

/**
 * Edits (insert, delete, replace, swap of neighbours) that turn one text into the other, counted up to `max`; `max + 1`
 * means more (optimal string alignment).
 */
export function editDistance(left: string, right: string, max: number): number {
  if (left === right) return 0
  const tooMany = max + 1
  if (Math.abs(left.length - right.length) > max || foreignLetters(left, right) > 2 * max) return tooMany
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

/** Letters that only one of the two has, or fewer: an edit changes two of them at most, so most pairs need no closer look. */
function foreignLetters(left: string, right: string): number {
  let rest = letters(left) ^ letters(right)
  let count = 0
  for (; rest !== 0; rest &= rest - 1) count += 1
  return count
}

function letters(text: string): number {
  let set = 0
  for (let at = 0; at < text.length; at += 1) set |= 1 << (text.charCodeAt(at) & 31)
  return set
}
