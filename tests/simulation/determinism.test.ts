import { expect, test } from 'vitest'
import { resultsOf, simulate } from './runs.ts'

test('the same seed gives the same run, byte for byte, in whatever order and process it runs', async () => {
  const first = resultsOf(await simulate('--from', '1', '--seeds', '6', '--jobs', '2', '--json'))
  const again = resultsOf(await simulate('--from', '4', '--seeds', '3', '--jobs', '1', '--json'))
  expect(first.map(({ error }) => error)).toEqual(first.map(() => undefined))
  // Every line of the trace, every byte said to the database, every task's turn is in the hash.
  expect(again.map(({ seed, hash }) => [seed, hash])).toEqual(first.slice(3).map(({ seed, hash }) => [seed, hash]))
  expect(new Set(first.map(({ hash }) => hash)).size).toBe(6)
}, 120_000)
