import { expect, test } from 'vitest'
import { compareSeed } from './compare.ts'

test('random expressions give what the reference gives, but for the deviations that are documented', async () => {
  let compared = 0
  for (let seed = 1; seed <= 3000; seed++, compared++) {
    const difference = await compareSeed(seed)
    if (difference !== undefined && difference.deviation === undefined) expect.fail(JSON.stringify(difference))
  }
  expect(compared).toBe(3000)
}, 120_000)
