import type { SimRandom } from '../contract.ts'

/** A stream of chance that can be started anew, so that leaving out one step of a run leaves the others' choices as they were. */
export interface SeededRandom extends SimRandom {
  restart(seed: number): void
}

/** Mulberry32: small, fast and good enough to shuffle with; not for secrets. */
export function createRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const integer = (below: number): number => Math.floor(next() * below)
  return {
    next,
    integer,
    chance: probability => next() < probability,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new RangeError('nothing to pick from')
      return list[integer(list.length)] as T
    },
    restart(value) {
      state = value >>> 0
    },
  }
}

/** Streams of chance by name, beside the one that orders everything. Each step starts them anew, as it does that one. */
export function createStreams(seed: number) {
  const streams = new Map<string, SeededRandom>()
  return {
    stream(name: string): SimRandom {
      const stream = streams.get(name) ?? createRandom(seedOf(seed, 'stream', name))
      streams.set(name, stream)
      return stream
    },
    restart(step: number): void {
      for (const [name, stream] of streams) stream.restart(seedOf(seed, 'stream', name, step))
    },
  }
}

/** A seed of its own for each use of a run's seed (FNV-1a over the text of its parts). */
export function seedOf(...parts: readonly (string | number)[]): number {
  return hashText(parts.join('/'))
}

/** FNV-1a, 32 bits. */
export function hashText(text: string, from = 0x811c9dc5): number {
  let hash = from
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** The same over bytes. */
export function hashBytes(bytes: Uint8Array, from = 0x811c9dc5): number {
  let hash = from
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
