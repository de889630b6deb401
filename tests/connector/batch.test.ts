import { expect, it } from 'vitest'
import { chunks, sendInHalves } from '#connector/batch.ts'
import type { Outcome } from '#connector/outcome.ts'

it('cuts a list into parts', () => {
  expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
  expect(chunks([], 2)).toEqual([])
})

it('finds the bad item of a batch that was refused as a whole, and writes the others', async () => {
  const calls: number[] = []
  const items = Array.from({ length: 100 }, (_, index) => index)
  const send = (part: readonly number[]): Promise<readonly Outcome[] | undefined> => {
    calls.push(part.length)
    if (!part.includes(63)) return Promise.resolve(part.map(id => ({ kind: 'delivered', remoteId: String(id) })))
    return Promise.resolve(part.length === 1 ? [{ kind: 'rejected', reason: 'bad' }] : undefined)
  }
  const outcomes = await sendInHalves(items, send)
  expect(outcomes.map((outcome, index) => (outcome.kind === 'delivered' ? outcome.remoteId : `${index}!`))).toEqual(
    items.map(id => (id === 63 ? '63!' : String(id))),
  )
  expect(calls.length).toBeLessThan(20)
})

it('ends when a single item gets no outcome', async () => {
  expect(await sendInHalves([1], () => Promise.resolve(undefined))).toMatchObject([{ kind: 'unknown' }])
})
