import { expect, test } from 'vitest'
import { earlierAfter, fieldShadow } from '#rules/statement/shadow.ts'

const NOTHING = {
  sent: undefined,
  earlier: {},
  sentFromMs: undefined,
  sentAtMs: undefined,
  sentVendorAtMs: undefined,
}

test('what was written before is remembered; the first write leaves nothing', () => {
  expect(earlierAfter(NOTHING, { givenName: 'A' }, [])).toBeUndefined()
  const wrote = { ...NOTHING, sent: { givenName: 'A' }, sentFromMs: 10, sentAtMs: 12 }
  expect(earlierAfter(wrote, { givenName: 'B' }, [])).toEqual({ givenName: [{ v: 'A', at: 10, ack: 12 }] })
  expect(earlierAfter({ ...wrote, sentVendorAtMs: 11 }, { givenName: 'B' }, [])).toEqual({
    givenName: [{ v: 'A', at: 10, ack: 12, told: 11 }],
  })
})

test('of a value that is written several times in a row the first and the last write are kept while it stands, then the last one', () => {
  const second = earlierAfter(
    { ...NOTHING, sent: { givenName: 'A', tags: [] }, sentFromMs: 10, sentAtMs: 12 },
    { givenName: 'A', tags: [] },
    [],
  )
  expect(second?.givenName).toEqual([{ v: 'A', at: 10, ack: 12 }])
  const again = { ...NOTHING, earlier: second ?? {}, sent: { givenName: 'A', tags: [] }, sentFromMs: 20, sentAtMs: 22 }
  const third = earlierAfter(again, { givenName: 'A', tags: [] }, [])
  expect(third?.givenName).toEqual([{ v: 'A', at: 10, ack: 12, again: { at: 20, ack: 22 } }])
  expect(earlierAfter(again, { givenName: 'B', tags: [] }, [])?.givenName).toEqual([{ v: 'A', at: 20, ack: 22 }])
})

test("where the last write said nothing of a value that was written again, the vendor's time of that writing counts", () => {
  const first = { v: 'A', at: 10, ack: 12, told: 1_011 }
  const wrote = { ...NOTHING, sent: { givenName: 'A' }, sentFromMs: 20, sentAtMs: 22, sentVendorAtMs: 1_021 }
  const earlier = earlierAfter({ ...wrote, earlier: { givenName: [first] } }, { givenName: 'A' }, [], {
    at: 30,
    carries: ['familyName'],
  })
  expect(earlier?.givenName).toEqual([{ ...first, again: { at: 20, ack: 22, told: 1_021 }, left: 30 }])
  const third = { ...wrote, sentFromMs: 30, sentAtMs: 32, sentVendorAtMs: 1_031, sentVersion: undefined }
  const shadow = { ...third, inFlight: [], earlier: earlier ?? {}, skewToleranceMs: 0 }
  expect(fieldShadow(shadow, 'givenName')).toMatchObject({
    sent: { v: 'A', told: 1_021 },
    sentFromMs: 20,
    sentAtMs: 22,
  })
})

test('of values that go back and forth every write is remembered: each echo may still come', () => {
  const wrote = {
    ...NOTHING,
    sent: { givenName: 'B' },
    sentFromMs: 20,
    sentAtMs: 22,
    earlier: {
      givenName: [
        { v: 'A', at: 10 },
        { v: 'B', at: 5 },
      ],
    },
  }
  expect(earlierAfter(wrote, { givenName: 'A' }, [])?.givenName).toEqual([
    { v: 'B', at: 20, ack: 22 },
    { v: 'A', at: 10 },
    { v: 'B', at: 5 },
  ])
})

test('the order of members of a written object makes no other value', () => {
  const wrote = { ...NOTHING, sent: { extra: { a: 1, b: 2 } }, sentFromMs: 10, sentAtMs: 12 }
  const known = { ...wrote, earlier: { extra: [{ v: { b: 2, a: 1 }, at: 5 }] } }
  expect(earlierAfter(known, { extra: { b: 2, a: 1 } }, [])?.extra).toHaveLength(1)
})

test('writes whose fate was never known are remembered, also where what followed is the same', () => {
  const unsettled = [
    { at: 10, to: '1', fields: { givenName: 'B' } },
    { at: 8, to: '1', fields: { givenName: 'A' } },
  ]
  expect(earlierAfter(NOTHING, { givenName: 'B' }, unsettled)).toEqual({
    givenName: [
      { v: 'B', at: 10 },
      { v: 'A', at: 8 },
    ],
  })
})

test('what was only adopted was not written, and is nothing to remember', () => {
  const adopted = { ...NOTHING, sent: { givenName: 'A' }, sentFromMs: 10 }
  expect(earlierAfter(adopted, { givenName: 'B' }, [])).toBeUndefined()
})

test('a field that the last write said nothing of stands there by the write before', () => {
  const first = {
    ...NOTHING,
    sent: { givenName: 'A', jobTitle: 'x' },
    sentFromMs: 10,
    sentAtMs: 12,
    sentVendorAtMs: 11,
  }
  const now = { givenName: 'A', jobTitle: 'y' }
  const earlier = earlierAfter(first, now, [], { at: 20, carries: ['jobTitle'] }) ?? {}
  expect(earlier.givenName).toEqual([{ v: 'A', at: 10, ack: 12, told: 11, left: 20 }])
  expect(earlier.jobTitle).toEqual([{ v: 'x', at: 10, ack: 12, told: 11 }])
  const second = { earlier, sent: now, sentFromMs: 20, sentAtMs: 22, sentVendorAtMs: 21 }
  const shadow = { ...second, sentVersion: undefined, skewToleranceMs: 0 }
  const inFlight = [{ at: 30, fields: { givenName: 'A', jobTitle: 'z' }, carries: ['jobTitle'] }]
  expect(fieldShadow({ ...shadow, inFlight }, 'givenName')).toMatchObject({
    inFlight: [],
    sent: { v: 'A', told: 11 },
    earlier: [],
    sentFromMs: 10,
    sentAtMs: 12,
    isLeft: true,
    leasedMs: 30,
  })
  expect(fieldShadow({ ...shadow, inFlight }, 'jobTitle')).toMatchObject({ inFlight: [{ v: 'z' }], sentFromMs: 20 })
  // Left again, then written over: what stood there was of the first write.
  const third = { ...second, earlier: earlierAfter(second, now, [], { at: 30, carries: [] }) ?? {}, sentFromMs: 30 }
  expect(third.earlier.givenName).toEqual([{ v: 'A', at: 10, ack: 12, told: 11, left: 30 }])
  expect(third.earlier.jobTitle?.[0]).toEqual({ v: 'y', at: 20, ack: 22, told: 21, left: 30 })
  expect(earlierAfter(third, { ...now, givenName: 'B' }, [], { at: 40 })?.givenName).toEqual([
    { v: 'A', at: 10, ack: 12, told: 11, stood: 30 },
  ])
})
