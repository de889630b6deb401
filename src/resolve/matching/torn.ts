import type { Features } from '#rules/matching/features.ts'
import { weightOf } from '#rules/matching/finding.ts'
import type { Comparison, Model } from '#rules/matching/model.ts'
import type { Match } from './evidence.ts'
import type { Scorer } from './scorer.ts'

/** All that one customer, or a record that belongs to none yet, says: a record each. */
export type Side = readonly Features[]

/** What tells people of one name at one address apart, as father and son, and how to see that a record says nothing of it. */
const TELLING: Readonly<Partial<Record<Comparison, (features: Features) => boolean>>> = {
  birth: ({ births }) => births === undefined,
  generation: ({ names = [] }) => names.every(({ generation }) => generation === undefined),
  id: ({ ids }) => ids === undefined,
}
/** From here on a finding tells two apart. */
const AGAINST_BITS = -3
/** One agrees as well as another when there are not even these bits between them: odds of eight to one. */
const AS_WELL_BITS = 3

export interface Judges {
  pairs: Scorer['pairs']
  model: Model
  linkBits: number
}

/**
 * Whether `silent` fits both others about as well, and says nothing of what tells these two apart. Then it belongs to neither:
 * a John Smith without a date of birth may be the father as well as the son.
 */
function isTorn(silent: Side, one: Side, other: Side, judges: Judges): boolean {
  const matches = judges.pairs(one, other)
  const telling = tellingOf(matches, judges.model).filter(comparison => isSilent(silent, comparison))
  // Where one pair that speaks of it agrees in so much else that it is taken for one customer, nothing is told apart.
  const saying = matches.filter(({ findings }) => findings.some(({ comparison }) => telling.includes(comparison)))
  if (saying.length === 0 || bestOf(saying) >= judges.linkBits) return false
  const [toOne, toOther] = [one, other].map(side => bestOf(judges.pairs(silent, side)))
  return Math.abs((toOne ?? 0) - (toOther ?? 0)) < AS_WELL_BITS
}

/** Whether `own` or `one` fits `other` about as well as these two fit each other, silent on what tells the third apart. */
export function areTorn(own: Side, one: Side, other: Side, judges: Judges): boolean {
  return isTorn(own, one, other, judges) || isTorn(one, own, other, judges)
}

function isSilent(side: Side, comparison: Comparison): boolean {
  const saysNothing = TELLING[comparison]
  return saysNothing !== undefined && side.every(saysNothing)
}

function bestOf(matches: readonly Match[]): number {
  return Math.max(-Infinity, ...matches.map(({ bits }) => bits))
}

/** The comparisons by which two sides differ wherever both speak of them. */
function tellingOf(matches: readonly Match[], model: Model): Comparison[] {
  const findings = matches.flatMap(match => match.findings)
  const byComparison = Map.groupBy(findings, ({ comparison }) => comparison)
  return [...byComparison]
    .filter(([comparison, found]) => comparison in TELLING && found.every(one => weightOf(model, one) <= AGAINST_BITS))
    .map(([comparison]) => comparison)
}

/**
 * The records of a customer that fit `own` by themselves and are silent on what other records of that customer say against it, so that they may
 * have joined the wrong one, and those others: their indexes.
 */
export function tornMembers(own: Side, members: Side, judges: Judges): number[] {
  const matches = members.map(member => judges.pairs(own, [member]))
  const isAgainst = matches.map(found => tellingOf(found, judges.model).length > 0)
  const against = members.filter((_, at) => isAgainst[at])
  const isEither = members.map(
    (member, at) =>
      isAgainst[at] !== true && bestOf(matches[at] ?? []) >= judges.linkBits && isTorn([member], own, against, judges),
  )
  return isEither.includes(true)
    ? [...members.keys()].filter(at => isEither[at] === true || isAgainst[at] === true)
    : []
}
