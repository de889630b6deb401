import { areNicknames, areTwoNames } from './normal/nicknames.ts'
import type { NameParts } from './normal/person.ts'
import { phonetic } from './normal/phonetic.ts'
import { editDistance, jaroWinkler } from './normal/similarity.ts'
import { type Context, type Finding, usualU } from './finding.ts'

export type NameLevel = 'exact' | 'nickname' | 'similar' | 'sound' | 'initial' | 'differs'

const RANK: readonly NameLevel[] = ['exact', 'nickname', 'similar', 'sound', 'initial', 'differs']

/** The levels of given and family name, in the order in which they agree best: both may have changed places. */
export function compareNames(left: NameParts, right: NameParts, context: Context): Finding[] {
  const straight = [
    ...part('given', left.given, right.given, context),
    ...part('family', left.family, right.family, context),
  ]
  const best = mayBeCrossed(straight) ? better(straight, compareCrossed(left, right, context)) : straight
  const [mine, theirs] = [left.generation, right.generation]
  if (mine === undefined || theirs === undefined) return best
  return [
    ...best,
    { comparison: 'generation', level: mine === theirs ? 'exact' : 'differs', left: mine, right: theirs },
  ]
}

const AGREEMENT_MAX = 4

function mayBeCrossed(straight: readonly Finding[]): boolean {
  return agreement(straight) + 1 < AGREEMENT_MAX
}

function better(straight: Finding[], crossed: Finding[]): Finding[] {
  return agreement(crossed) > agreement(straight) + 1 ? crossed : straight
}

/**
 * Given against family name. Nobody knows which of the two records has them in each other's place, so the part that agrees less is
 * taken for the given name: a shared family name is no reason to take brothers for one.
 */
function compareCrossed(left: NameParts, right: NameParts, context: Context): Finding[] {
  const ways = [
    [...part('given', left.given, right.family, context), ...part('family', left.family, right.given, context)],
    [...part('given', left.family, right.given, context), ...part('family', left.given, right.family, context)],
  ]
  const rank = (findings: readonly Finding[]): number =>
    RANK.findIndex(level => findings.some(finding => finding.comparison === 'given' && finding.level === level))
  const [one = [], other = []] = ways
  return rank(other) > rank(one) ? other : one
}

function agreement(findings: readonly Finding[]): number {
  return findings.reduce((sum, { level }) => sum + (level === 'differs' ? -1.5 : level === 'initial' ? 0.5 : 2), 0)
}

function part(
  comparison: 'given' | 'family',
  left: readonly string[],
  right: readonly string[],
  context: Context,
): Finding[] {
  if (left.length === 0 || right.length === 0 || !comparable(left, right)) return []
  let best: { level: NameLevel; word: string } = { level: 'differs', word: '' }
  for (const one of left.length === 1 && right.length === 1 ? left : [...left, left.join('')]) {
    for (const other of left.length === 1 && right.length === 1 ? right : [...right, right.join('')]) {
      const level = compareWords(one, other, comparison)
      if (RANK.indexOf(level) < RANK.indexOf(best.level)) best = { level, word: one }
    }
  }
  const usual = usualU(context, comparison)
  const texts = { left: left.join(' '), right: right.join(' ') }
  if (best.level === 'exact')
    return [{ comparison, level: 'exact', ...texts, u: context.frequency(comparison, best.word, usual) }]
  return [{ comparison, level: best.level, ...texts }]
}

/** Names in two scripts that were not brought into one say nothing about each other. */
function comparable(left: readonly string[], right: readonly string[]): boolean {
  return isLatin(left) === isLatin(right)
}

function isLatin(words: readonly string[]): boolean {
  return /^[a-z0-9]/u.test(words[0] ?? '')
}

function compareWords(left: string, right: string, comparison: 'given' | 'family'): NameLevel {
  if (left === right) return left.length === 1 ? 'initial' : 'exact'
  const [short, long] = left.length < right.length ? [left, right] : [right, left]
  if (short.length === 1) return long.startsWith(short) ? 'initial' : 'differs'
  if (comparison === 'given' && areNicknames(left, right)) return 'nickname'
  const isSlip = comparison !== 'given' || !areTwoNames(left, right)
  const edits = editDistance(left, right, 2)
  if (isSlip && short.length > 2 && (edits <= 1 || (edits === 2 && short.length > 5))) return 'similar'
  if (short.length >= 3 && long.startsWith(short) && comparison === 'given') return 'sound'
  if (short.length > 2 && phonetic(left) === phonetic(right)) return 'sound'
  if (short.length > 3 && (edits === 2 || (short.length > 5 && jaroWinkler(left, right) >= 0.88))) return 'sound'
  return 'differs'
}
