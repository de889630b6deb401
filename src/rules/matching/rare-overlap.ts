export interface Overlap {
  /** How far the two lists are the same, 0 to 1, rare words counting more than common ones. */
  share: number
  /** Bits of rarity of what they share. */
  bits: number
}

/** How far two lists of words agree: as far as their rare words do. Acme matters, School does not. */
export function rareOverlap(
  left: readonly string[],
  right: readonly string[],
  frequency: (word: string) => number,
  isSame: (left: string, right: string) => boolean,
): Overlap {
  const rarity = (word: string): number => -Math.log2(Math.min(0.5, frequency(word)))
  const sum = (list: readonly string[]): number => list.reduce((total, word) => total + rarity(word), 0)
  const bits = sum(left.filter(word => right.includes(word) || right.some(other => isSame(word, other))))
  const [mine, theirs] = [sum(left), sum(right)]
  const inShorter = Math.min(1, bits / Math.max(1, Math.min(mine, theirs)))
  const inBoth = Math.min(1, bits / Math.max(1, mine + theirs - bits))
  return { share: 0.5 * inShorter + 0.5 * inBoth, bits }
}
