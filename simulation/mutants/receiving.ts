import type { Mutant } from './mutant.ts'

/** What arrives: requests, events, polls; and when somebody looks at it. */
export const RECEIVING: readonly Mutant[] = [
  {
    name: 'ack-before-commit',
    file: 'src/gateway/append/append.ts',
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
    file: 'src/gateway/append/event-row.ts',
    find: `    const key = uuidOfHash([context.system, 'id', incoming.vendorEventId])`,
    replace: `    const key = uuidOfHash([context.system, 'id', incoming.vendorEventId, context.id])`,
    breaks: 'An event that is sent twice is processed twice.',
    seeds: [1],
  },
  {
    name: 'delayed-swallows-immediate',
    file: 'src/queue/stage-work.ts',
    find: `    drains,
    wakeAt: (shard, at) => timers.set(shard, at),
`,
    replace: `    ...(at => ({
      drains: { ...drains, request: shard => void ((at.get(shard) ?? 0) > Date.now() || drains.request(shard)) },
      wakeAt: (shard, time) => void (at.set(shard, time.getTime()), timers.set(shard, time)),
    }))(new Map()),
`,
    breaks: 'While a shard is to be looked at later, nobody looks at once.',
    seeds: [14],
  },
]
