import { describe, expect, test } from 'vitest'
import { createRedisQueueBackend } from '#queue/backend.ts'
import { createWakes } from '#queue/wakes.ts'
import { testLog } from '../support/postgres.ts'
import { redisSkipReason, startTestRedis } from '../support/redis.ts'
import { describeWakes } from './contract.ts'

if (redisSkipReason === undefined) {
  describeWakes('Redis', async () => {
    const redis = await startTestRedis()
    return {
      open: async () => createRedisQueueBackend({ url: redis.url, log: testLog }),
      // Killed and emptied: nothing that we need may be in Redis alone.
      restart: async () => {
        await redis.kill()
        await redis.start()
      },
      stop: () => redis.stop(),
    }
  })

  test('a hub starts, works and stops while Redis is away, and uses it when it comes', async () => {
    const redis = await startTestRedis()
    await redis.kill()
    const backend = createRedisQueueBackend({ url: redis.url, log: testLog })
    const settings = { backend, shards: 4, hasOtherWorkers: () => false, log: testLog, sweepEveryMs: 3_600_000 }
    const worker = createWakes({ ...settings, processId: 'worker' })
    const gateway = createWakes({ ...settings, processId: 'gateway' })
    let drains = 0
    worker.work('plan', async () => (drains++, { more: false }), { concurrency: 1, due: async () => [] })
    await worker.start()
    await gateway.start()
    worker.wake('plan', [1])
    gateway.wake('plan', [2])
    await expect.poll(() => drains).toBe(1)
    await redis.start()
    await expect.poll(() => (gateway.wake('plan', [2]), drains), { interval: 50 }).toBeGreaterThan(1)
    await redis.kill()
    const startedAt = performance.now()
    await Promise.all([worker.stop(), gateway.stop()])
    expect(performance.now() - startedAt).toBeLessThan(15_000)
    await backend.close()
    await redis.stop()
  })
} else {
  describe('wake-ups on Redis', () => test.skip(redisSkipReason ?? '', () => {}))
}
