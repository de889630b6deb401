import type { Frequency } from './frequency.ts'
import type { Comparison, Model } from './model.ts'

/** How one comparison came out. */
export interface Finding {
  comparison: Comparison
  level: string
  left: string
  right: string
  /** How likely strangers agree in just this value, where that is known better than on average. */
  u?: number
}

/** What two records are compared by. */
export interface Context {
  model: Model
  frequency: Frequency
}

/** How often strangers agree on this level, whatever the value. */
export function usualU({ model }: Context, comparison: Comparison, level = 'exact'): number {
  return model.comparisons[comparison]?.[level]?.u ?? 0.01
}

/** Bits of evidence that a finding adds: positive for the same customer, negative against. */
export function weightOf(model: Model, { comparison, level, u }: Finding): number {
  const usual = model.comparisons[comparison]?.[level]
  return usual === undefined ? 0 : Math.log2(usual.m / (u ?? usual.u))
}
