import type { Entity } from '#model/entities.ts'
import { type Finding, weightOf } from './finding.ts'
import type { Comparison, Model } from './model.ts'

/**
 * Two who are not the same may agree for a reason: people of one household share an address, a name, a telephone; twins a
 * birthday too; parent and child a whole name; strangers a common one; offices of one building an address; branches of one chain a
 * name. Each such relation leaves only some comparisons to tell them apart, counted here with the share of their weight that still holds.
 */
interface Relation {
  /** Bits in favour of "the same" before anything that tells them apart is looked at. */
  prior: number
  counts: Readonly<Partial<Record<Comparison, number>>>
  /** What these may say in favour at most: what a household shares, two of it often have in common. */
  most?: Readonly<Partial<Record<Comparison, number>>>
}

const PERSONAL = { given: 1, id: 1, gender: 1, generation: 1 }
const ADDRESSED = { postcode: 1, city: 1, house: 1, street: 1 }
const SHARED_AT_HOME = { mail: 1 }
const RELATIONS: Readonly<Record<'person' | 'account', Readonly<Record<string, Relation>>>> = {
  person: {
    household: { prior: -0.5, counts: { ...PERSONAL, birth: 1, trait: 0.5, mail: 0.5, phone: 0.3 } },
    twins: { prior: 4, counts: { ...PERSONAL, given: 1.5, mail: 0.4, phone: 0.3 }, most: SHARED_AT_HOME },
    parent: { prior: 5.5, counts: { id: 1, generation: 1, birth: 1, mail: 0.5, phone: 0.3 }, most: SHARED_AT_HOME },
    namesakes: {
      prior: 2.8,
      counts: { ...ADDRESSED, birth: 1, id: 1, gender: 1, generation: 1, mail: 1, phone: 1, trait: 1 },
    },
  },
  account: {
    neighbours: { prior: -2, counts: { company: 1, registered: 1, id: 1, domain: 0.7, mail: 0.7, phone: 0.5 } },
    branches: {
      prior: -1,
      counts: { id: 1, registered: 1, phone: 0.45, street: 1, house: 1.5, postcode: 1, city: 0.3, mail: 0.5 },
    },
  },
}

export interface Score {
  /** Bits in favour of the same customer: the logarithm (base 2) of the odds. */
  bits: number
  /** The relation that explains the agreement best if they are not the same. */
  against: string
  findings: readonly Finding[]
}

/** The odds that two records are of one customer; `recordsKnown` is how many records they were found among. */
export function score(entity: Entity, findings: readonly Finding[], model: Model, recordsKnown: number): Score {
  const weights = weighted(entity, findings, model)
  const rivals: Record<string, number> = {
    strangers: -Math.log2(Math.max(recordsKnown, RECORDS_MIN)) + sum(weights),
  }
  const relations = entity === 'person' || entity === 'account' ? RELATIONS[entity] : {}
  for (const [name, { prior, counts, most }] of Object.entries(relations))
    rivals[name] = prior + sum(weights, counts, most)
  const [against, least] = Object.entries(rivals).reduce((worst, rival) => (rival[1] < worst[1] ? rival : worst))
  // All rivals together: the odds against add up.
  const odds = Object.values(rivals).reduce((total, bits) => total + 2 ** (least - bits), 0)
  return { bits: least - Math.log2(odds), against, findings }
}

/** Few records say nothing about how many customers there are. */
const RECORDS_MIN = 1_000

interface Weighted {
  comparison: Comparison
  bits: number
}

const ADDRESS: ReadonlySet<Comparison> = new Set<Comparison>(['postcode', 'city', 'house', 'street'])
/** People move: an address that differs in all parts says hardly more than one that differs in one. */
const OTHER_ADDRESS_BITS = -3

function weighted(entity: Entity, findings: readonly Finding[], model: Model): Weighted[] {
  const all = findings.map((finding): Weighted => ({ comparison: finding.comparison, bits: weightOf(model, finding) }))
  const address = all.filter(({ comparison }) => ADDRESS.has(comparison)).reduce((total, { bits }) => total + bits, 0)
  if (entity !== 'person' || address >= OTHER_ADDRESS_BITS) return all
  return all.map(one =>
    ADDRESS.has(one.comparison) ? { ...one, bits: (one.bits * OTHER_ADDRESS_BITS) / address } : one,
  )
}

function sum(weights: readonly Weighted[], shares?: Relation['counts'], most: Relation['most'] = {}): number {
  return weights.reduce((total, { comparison, bits }) => {
    const share = shares === undefined ? 1 : (shares[comparison] ?? 0)
    return total + Math.min(most[comparison] ?? Infinity, share * bits)
  }, 0)
}
