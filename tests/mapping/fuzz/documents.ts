import type { SeededRandom } from '../../../simulation/harness/random.ts'

/** Names of members in the random documents, and of what the random expressions ask for. */
export const names = ['a', 'b', 'c', 'd', 'id', 'name', 'items', 'price'] as const

const texts = ['', 'a', 'b', 'x y', ' Ann  Berg ', '10', '-3.5', 'true', '2026-01-02T03:04:05Z', 'héllo😀', 'a,b,c']
const numbers = [0, 1, 2, 3, -1, 2.5, 10, 1e21, 0.1]

function scalar(random: SeededRandom): unknown {
  return random.pick([
    () => random.pick(texts),
    () => random.pick(numbers),
    () => random.pick([true, false]),
    () => null,
  ])()
}

/** A random JSON document of few names and values, so that expressions find something in it and equals meet. */
export function randomDocument(random: SeededRandom, depth = 4): unknown {
  if (depth === 0 || random.chance(0.15)) return scalar(random)
  if (random.chance(0.4)) {
    return Array.from({ length: random.integer(4) }, () => randomDocument(random, depth - 1))
  }
  const members = Array.from({ length: random.integer(5) + 1 }, () => [
    random.pick(names),
    randomDocument(random, depth - 1),
  ])
  return Object.fromEntries(members) as unknown
}
