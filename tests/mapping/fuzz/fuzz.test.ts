import { expect, test } from 'vitest'
import { compare, compareSeed } from './compare.ts'

test('random expressions give what the reference gives, but for the deviations that are documented', async () => {
  let compared = 0
  for (let seed = 1; seed <= 3000; seed++, compared++) {
    const difference = await compareSeed(seed)
    if (difference !== undefined && difference.deviation === undefined)
      expect.fail(JSON.stringify({ seed, ...difference }))
  }
  expect(compared).toBe(3000)
}, 120_000)

/** Lists in lists, lists of one, empty lists and what is no list, as a path may meet them. */
const members = ['x', ['a', ['b']], [['b']], [], [[]], { id: 'y' }, null]
const items = [...members.map(id => ({ id })), {}, 2]
const lists = items.flatMap(one => [
  one,
  [one],
  [[one]],
  ...items.flatMap(other => [
    [one, other],
    [one, [other]],
  ]),
])
const paths = ['$.id[0]', '$.id[1]', '$.id', 'id[1]', 'z.id[0]', 'z.$.id[1]', '$.z.id[0]', 'z[$exists(id)].id[0]']

test.each(paths)('%s gives what the reference gives, whatever lists are on its way', async path => {
  const differences: unknown[] = []
  for (const list of lists)
    for (const input of path.includes('z') ? [{ z: list }, { z: [list] }] : [list]) {
      const difference = await compare(path, input)
      if (difference !== undefined) differences.push(difference)
    }
  expect(lists.length).toBeGreaterThan(150)
  expect(differences).toEqual([])
})
