import type { Entity } from '#model/entities.ts'
import { compare } from '#rules/matching/compare.ts'
import type { Features } from '#rules/matching/features.ts'
import { type Finding, weightOf } from '#rules/matching/finding.ts'
import type { Frequency } from '#rules/matching/frequency.ts'
import type { Comparison, Model } from '#rules/matching/model.ts'
import { score } from '#rules/matching/score.ts'
import type { Match } from './evidence.ts'

/** A strong key alone does not link when all else makes it likelier than not that the two differ ... */
const DOUBT_BITS = 0
/** ... and something speaks against it: that two say little besides the key is no reason for doubt. */
const DOUBT_AGAINST_BITS = -3
/** Each bit that a member of a customer speaks against a record, below this, takes a share off the best agreement. */
const MEMBER_AGAINST_BITS = -3
const MEMBER_AGAINST_SHARE = 0.25

/** One record, to be compared with others. */
export interface Scorer {
  of: (features: Features) => Match
  /** The matches of each record of one customer with each of another. */
  pairs: (one: readonly Features[], other: readonly Features[]) => Match[]
  /** What the record and a customer say of each other, from the matches with the customer's records. */
  judge: (matches: readonly Match[]) => Match & { isDoubted: boolean }
  /** The match with another customer, where the record has a customer already: what the record says nothing of, that one's records tell. */
  withOwn: (match: Match, own: readonly Features[], theirs: readonly Features[]) => Match
}

/** Records of each of two customers that are compared with each other, the newest. */
const COMPARED_MEMBERS_MAX = 12

export function scorerOf(
  entity: Entity,
  own: Features,
  { recordsKnown, frequency }: { recordsKnown: number; frequency: Frequency },
  model: Model,
): Scorer {
  const scored = (findings: readonly Finding[]): Match => score(entity, findings, model, recordsKnown)
  const matchOf = (one: Features, other: Features): Match => scored(compare(one, other, { model, frequency }))
  const pairs = (one: readonly Features[], other: readonly Features[]): Match[] => {
    const others = other.slice(0, COMPARED_MEMBERS_MAX)
    return one.slice(0, COMPARED_MEMBERS_MAX).flatMap(left => others.map(right => matchOf(left, right)))
  }
  return {
    of: features => matchOf(own, features),
    pairs,
    withOwn(match, mine, theirs) {
      const more = untold(match, pairs(mine, theirs), model)
      if (more.length === 0) return match
      const whole = scored([...match.findings, ...more])
      return whole.bits < match.bits ? whole : match
    },
    judge(matches) {
      const nearest = matches.reduce((most, match) => (match.bits > most.bits ? match : most))
      const others = untold(nearest, matches, model)
      const best = others.length === 0 ? nearest : scored([...nearest.findings, ...others])
      const worst = Math.min(...matches.map(({ bits }) => bits).filter(Number.isFinite))
      const bits = best.bits + MEMBER_AGAINST_SHARE * Math.min(0, worst - MEMBER_AGAINST_BITS)
      return { ...best, bits, isDoubted: isDoubtful(best, model) }
    },
  }
}

export function isDoubtful({ bits, findings }: Match, model: Model): boolean {
  const against = findings.reduce((sum, finding) => sum + Math.min(0, weightOf(model, finding)), 0)
  return bits < DOUBT_BITS && against <= DOUBT_AGAINST_BITS
}

/** What the nearest record of a customer says nothing of, its other records tell: a date of birth that rules the record out, say. */
function untold(nearest: Match, matches: readonly Match[], model: Model): Finding[] {
  const said = new Set(nearest.findings.map(finding => finding.comparison))
  const told = new Map<Comparison, Finding>()
  for (const finding of matches.flatMap(match => match.findings)) {
    const { comparison } = finding
    const known = told.get(comparison)
    if (!said.has(comparison) && (known === undefined || weightOf(model, finding) > weightOf(model, known)))
      told.set(comparison, finding)
  }
  return [...told.values()]
}
