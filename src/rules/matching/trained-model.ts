import { z } from 'zod'
import { BUILT_IN, type Comparison, type Model } from './model.ts'

const rate = z.number().gt(0).lt(1)
const schema = z.strictObject({
  name: z.string().min(1).max(100),
  records: z.int().min(0),
  comparisons: z.record(z.string(), z.record(z.string(), z.strictObject({ m: rate, u: rate }))),
})

export type TrainedModel = z.infer<typeof schema>

/** Weights from a file that `patchbay identity train` wrote; what it does not name stays as built in. Throws on anything else. */
export function parseModel(text: string): Model {
  const { name, comparisons } = schema.parse(JSON.parse(text))
  const names = Object.keys(BUILT_IN.comparisons) as Comparison[]
  const unknown = Object.keys(comparisons).find(given => !names.some(known => known === given))
  if (unknown !== undefined) throw new Error(`there is no comparison ${unknown}; known are ${names.join(', ')}`)
  const merged = names.map(one => [one, { ...BUILT_IN.comparisons[one], ...comparisons[one] }] as const)
  return { name, comparisons: Object.fromEntries(merged) as Model['comparisons'] }
}
