import { z } from 'zod'
import { BUILT_IN, type Comparison, type Model } from './model.ts'

const rate = z.number().gt(0).lt(1)
const schema = z.strictObject({
  name: z.string().min(1).max(100),
  records: z.int().min(0),
  comparisons: z.record(z.string(), z.record(z.string(), z.strictObject({ m: rate, u: rate }))),
})

/** Weights from a file; what it does not name stays as built in. Throws on anything else. */
export function parseModel(text: string): Model {
  const { name, comparisons } = schema.parse(JSON.parse(text))
  return modelOf(name, comparisons)
}

/** Weights that the hub estimated and keeps under a number. */
export function modelNumbered(number: number, rates: Model['comparisons']): Model {
  return modelOf(`model ${number}`, rates)
}

function modelOf(name: string, rates: Readonly<Record<string, Model['comparisons'][Comparison]>>): Model {
  const names = Object.keys(BUILT_IN.comparisons) as Comparison[]
  const unknown = Object.keys(rates).find(given => !names.some(known => known === given))
  if (unknown !== undefined) throw new Error(`there is no comparison ${unknown}; known are ${names.join(', ')}`)
  const merged = names.map(one => [one, { ...BUILT_IN.comparisons[one], ...rates[one] }] as const)
  return { name, comparisons: Object.fromEntries(merged) as Model['comparisons'] }
}
