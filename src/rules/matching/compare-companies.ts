import { type Context, type Finding, usualU } from './finding.ts'
import { rareOverlap } from './rare-overlap.ts'
import { editDistance, jaroWinkler } from './normal/similarity.ts'

const USUAL_WORD = 0.002

/** Names of organisations agree as far as their rare words do: Acme matters, School does not. */
export function compareCompanies(
  left: readonly string[][] | undefined,
  right: readonly string[][] | undefined,
  context: Context,
): Finding[] {
  let best: { finding: Finding; share: number } | undefined
  for (const a of left ?? []) {
    for (const b of right ?? []) {
      const found = pair(a, b, context)
      if (best === undefined || found.share > best.share) best = found
    }
  }
  return best === undefined ? [] : [best.finding]
}

function pair(
  left: readonly string[],
  right: readonly string[],
  context: Context,
): { finding: Finding; share: number } {
  const { share, bits } = rareOverlap(left, right, word => context.frequency('word', word, USUAL_WORD), isSame)
  const level = share > 0.95 ? 'exact' : share > 0.7 ? 'most' : share > 0.45 ? 'half' : share > 0.2 ? 'some' : 'differs'
  const finding: Finding = { comparison: 'company', level, left: left.join(' '), right: right.join(' ') }
  if (level === 'differs') return { finding, share }
  // Agreement in common words alone says little, in rare ones much.
  const u = Math.max(2 ** -(bits * 0.75), usualU(context, 'company', 'exact') / 4)
  return { finding: { ...finding, u: Math.min(0.4, u) }, share }
}

function isSame(left: string, right: string): boolean {
  if (left === right) return true
  const [short, long] = left.length < right.length ? [left, right] : [right, left]
  if (short.length < 4) return false
  return (
    editDistance(left, right, 1) <= 1 || jaroWinkler(left, right) > 0.93 || (long.startsWith(short) && short.length > 4)
  )
}
