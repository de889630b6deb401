import { expect, test } from 'vitest'
import { createMetrics } from '#observe/metrics.ts'
import { type BatchWork, drainBatch } from '#store/batch.ts'
import { createTestDatabase, testLog as log } from '../support/postgres.ts'

const { database } = await createTestDatabase()

test('a shard that another process works on is looked at again soon, whatever came since that one claimed', async () => {
  const rows = ['first']
  const claimed: (readonly string[])[] = []
  const began = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const work: BatchWork<string> = {
    stage: 'plan',
    rowsMax: 10,
    claim: async () => rows.splice(0),
    async run(_tx, batch) {
      claimed.push(batch)
      began.resolve()
      await goOn.promise
      return { after: () => {}, counts: {} }
    },
    async bury() {},
    traceIdOf: () => '',
  }
  const drain = () => drainBatch({ database, log, metrics: createMetrics() }, work, 3)

  const other = drain()
  await began.promise
  rows.push('second')
  const askedMs = Date.now()
  const { more, nextDueAt } = await drain()
  expect(more).toBe(false)
  expect(nextDueAt?.getTime()).toBeGreaterThan(askedMs)
  expect(nextDueAt?.getTime()).toBeLessThan(Date.now() + 500)

  goOn.resolve()
  expect(await other).toEqual({ more: false })
  expect(await drain()).toEqual({ more: false })
  expect(claimed).toEqual([['first'], ['second']])
})
