import type { Mutant } from './mutant.ts'

/** What arrives: requests, events, polls. */
export const RECEIVING: readonly Mutant[] = [
  {
    name: 'ack-before-commit',
    file: 'src/gateway/append.ts',
    find: `      const repeated = await appendUnits(database.kysely, units)
`,
    replace: `      for (const waiting of batch) waiting.resolve()
      const repeated = await appendUnits(database.kysely, units)
`,
    breaks: 'A sender is told that its request is stored before it is.',
    seeds: [1],
  },
  {
    name: 'dedupe-off',
    file: 'src/gateway/event-row.ts',
    find: `    const key = uuidOfHash([context.system, 'id', incoming.vendorEventId])`,
    replace: `    const key = uuidOfHash([context.system, 'id', incoming.vendorEventId, context.id])`,
    breaks: 'An event that is sent twice is processed twice.',
    seeds: [1],
  },
]
