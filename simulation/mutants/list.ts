import type { Mutant } from './mutant.ts'

/** Ways to be wrong that the simulation must see. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'dedupe-off',
    file: 'src/gateway/event-row.ts',
    find: `    const key = uuidOfHash([context.system, 'id', incoming.vendorEventId])`,
    replace: `    const key = uuidOfHash([context.system, 'id', incoming.vendorEventId, context.id])`,
    breaks: 'An event that is sent twice is processed twice.',
    seeds: [],
  },
]
