import type { CharSet, Item, SetItem } from './parser.ts'
import { areDisjoint, flatten, NotFlat, unionOf } from './parser.ts'

/**
 * How long a pattern may run on JavaScript's own backtracking engine:
 * `linear`: in proportion to the text; `quadratic`: to its square, harmless on short texts; `unknown`: no proof was found.
 */
export interface Verdict {
  readonly growth: 'linear' | 'quadratic' | 'unknown'
  /** Why a pattern was not proven. */
  readonly reason?: string
  /** It has parts (look-around, back-reference) that the linear engine does not have. */
  readonly isBeyondLinear: boolean
  /** Proven never to match an empty text. */
  readonly isNeverEmpty: boolean
}

/** Ways a short ambiguous pattern may be tried at one place of the text. */
const waysMax = 256
/** A repetition of no more than this counts as a choice, not as a loop. */
const choiceMax = 8

/** Everything the items after `index` may begin with, up to the first that cannot be empty. */
function nextSet(items: readonly Item[], index: number): { set: CharSet; isLast: boolean } {
  const sets: CharSet[] = []
  for (const item of items.slice(index + 1)) {
    if (item.kind !== 'set') continue
    sets.push(item.set)
    if (item.min > 0) return { set: unionOf(sets), isLast: false }
  }
  return { set: unionOf(sets), isLast: index === items.length - 1 }
}

const isLoop = (item: SetItem): boolean => item.max - item.min > choiceMax || item.max > 1000

/**
 * Judges one flat alternative. A loop is harmless if what follows begins with other characters (then giving characters
 * back leads nowhere, at once) or if nothing follows. Without `^` each place of the text is tried, which makes a loop in
 * the middle quadratic.
 */
function judgeLine(items: readonly Item[], isMultiline: boolean): { growth: Verdict['growth']; ways: number } {
  const isAnchored = items[0]?.kind === 'start' && !isMultiline
  let ways = 1
  let growth: Verdict['growth'] = 'linear'
  for (const [index, item] of items.entries()) {
    if (item.kind !== 'set') continue
    if (!isLoop(item)) {
      const isFixed = item.min === item.max
      if (!isFixed && !areDisjoint(item.set, nextSet(items, index).set)) ways *= item.max - item.min + 1
      continue
    }
    const { set, isLast } = nextSet(items, index)
    if (isLast) continue
    if (!areDisjoint(item.set, set)) return { growth: 'unknown', ways }
    if (!isAnchored) growth = 'quadratic'
  }
  return { growth, ways }
}

/** Judges a pattern that JavaScript has accepted. Conservative: what it cannot prove is `unknown`. */
export function judge(source: string, flags: string): Verdict {
  try {
    const flat = flatten(source, flags.includes('i'))
    const lines = flat.map(line => judgeLine(line, flags.includes('m')))
    const isNeverEmpty = flat.every(line => line.some(item => item.kind === 'set' && item.min > 0))
    const ways = lines.reduce((sum, line) => sum + line.ways, 0)
    if (ways > waysMax || lines.some(line => line.growth === 'unknown')) {
      return { growth: 'unknown', reason: 'it is ambiguous', isBeyondLinear: false, isNeverEmpty }
    }
    const isQuadratic = lines.some(line => line.growth === 'quadratic')
    return { growth: isQuadratic ? 'quadratic' : 'linear', isBeyondLinear: false, isNeverEmpty }
  } catch (thrown) {
    if (!(thrown instanceof NotFlat)) throw thrown
    return { growth: 'unknown', reason: thrown.message, isBeyondLinear: thrown.isBeyondLinear, isNeverEmpty: false }
  }
}
