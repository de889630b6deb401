import { expect, test } from 'vitest'
import { heapWhile } from '../../bench/mapping/memory.ts'

test('the heap stays as it is, however many texts, names and expressions have been seen', () => {
  const [first = 0, ...rest] = heapWhile(100_000)
  // Ten million evaluations were measured once: docs/performance.md.
  expect(Math.max(...rest) - first).toBeLessThan(2)
}, 120_000)
