import type { Entity } from '#model/entities.ts'
import { compare } from './compare.ts'
import type { Features } from './features.ts'
import type { Finding } from './finding.ts'
import type { Frequency } from './frequency.ts'
import { BUILT_IN, type Comparison, type Level, type Model } from './model.ts'
import { score } from './score.ts'

export interface TrainingPair {
  entity: Entity
  left: Features
  right: Features
}

export interface TrainingInput {
  /** Pairs that share blocking keys: many are of one customer. */
  near: readonly TrainingPair[]
  /** Pairs picked by chance: hardly any is of one customer. */
  random: readonly TrainingPair[]
  /** How common values are among the records of an entity, and how many of these there are. */
  contextOf: (entity: Entity) => { recordsKnown: number; frequency: Frequency }
}

const ROUNDS = 10
/** The built-in rates count as much as this many pairs, so that few pairs change little. */
const BUILT_IN_PAIRS = 40

/**
 * Estimates the weights from the hub's own records without knowing who is who: expectation maximisation (Dempster, Laird and
 * Rubin 1977; Winkler 1988 for record linkage). u comes from random pairs; m from near ones, each counting as far as the
 * current weights hold it for one customer.
 */
export function trainModel(input: TrainingInput, start: Model = BUILT_IN, name = 'trained'): Model {
  const findingsOf = ({ entity, left, right }: TrainingPair): Finding[] =>
    compare(left, right, { model: start, frequency: input.contextOf(entity).frequency })
  const likelihood = (entity: Entity, findings: readonly Finding[], model: Model): number =>
    1 / (1 + 2 ** -score(entity, findings, model, input.contextOf(entity).recordsKnown).bits)
  // Of a few hundred records some pairs are of one customer by chance too.
  const random = input.random.map(pair => ({ entity: pair.entity, findings: findingsOf(pair) }))
  const byChance = random.map(({ entity, findings }) => ({ findings, share: 1 - likelihood(entity, findings, start) }))
  let model = withRates(start, name, 'u', ratesOf(byChance))
  const near = input.near.map(pair => ({ entity: pair.entity, findings: findingsOf(pair) }))
  for (let round = 0; round < ROUNDS; round += 1) {
    const current = model
    const expected = near.map(({ entity, findings }) => ({
      findings,
      share: likelihood(entity, findings, current),
    }))
    model = withRates(current, name, 'm', ratesOf(expected))
  }
  return model
}

type Rates = ReadonlyMap<Comparison, { total: number; levels: ReadonlyMap<string, number> }>

/** How often each level came out, per comparison, each pair counting by its share. */
function ratesOf(pairs: readonly { findings: readonly Finding[]; share: number }[]): Rates {
  const rates = new Map<Comparison, { total: number; levels: Map<string, number> }>()
  for (const { findings, share } of pairs) {
    for (const { comparison, level } of findings) {
      const of = rates.get(comparison) ?? { total: 0, levels: new Map<string, number>() }
      of.total += share
      of.levels.set(level, (of.levels.get(level) ?? 0) + share)
      rates.set(comparison, of)
    }
  }
  return rates
}

const LEAST = 1e-6

/** The model with one of its two rates taken from what was counted, smoothed by the built-in one. */
function withRates(model: Model, name: string, rate: 'm' | 'u', rates: Rates): Model {
  const entries = Object.entries(model.comparisons) as [Comparison, Readonly<Record<string, Level>>][]
  const comparisons = entries.map(([comparison, levels]) => {
    const counted = rates.get(comparison)
    if (counted === undefined) return [comparison, levels] as const
    const usual: Readonly<Record<string, Level>> = BUILT_IN.comparisons[comparison]
    const smoothed = Object.entries(levels).map(([level, before]) => {
      const prior = usual[level]?.[rate] ?? before[rate]
      const share = ((counted.levels.get(level) ?? 0) + BUILT_IN_PAIRS * prior) / (counted.total + BUILT_IN_PAIRS)
      return [level, { ...before, [rate]: Math.min(1 - LEAST, Math.max(LEAST, share)) }] as const
    })
    return [comparison, Object.fromEntries(smoothed)] as const
  })
  return { name, comparisons: Object.fromEntries(comparisons) as Model['comparisons'] }
}
