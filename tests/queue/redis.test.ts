import { describe, test } from 'vitest'
import { createRedisQueueBackend } from '#queue/backend.ts'
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
} else {
  describe('wake-ups on Redis', () => test.skip(redisSkipReason ?? '', () => {}))
}
