import { afterAll, describe, expect, test, vi } from 'vitest'
import { makeDraftRunner } from '#mapping/drafts.ts'

// A thread may be slow to start on a busy machine.
vi.setConfig({ testTimeout: 120_000 })
const runner = makeDraftRunner({ killAfterMs: 60_000 })
afterAll(() => runner.close())

test('a thread that runs out of memory is told, and the process lives on', async () => {
  const small = makeDraftRunner({ killAfterMs: 60_000, heapMegabytesMax: 24 })
  const limits = { timeMs: 1e9, memoryBytesMax: 1e12, sequenceLengthMax: 1e9, outputBytesMax: 1e9 }
  const source = '$count($map([1..5000000], function($i){{"a": $i, "b": [$i, $i]}}))'
  expect(await small.run({ source, input: {}, limits })).toMatchObject({ ok: false, failure: { code: 'M1002' } })
  expect(await small.run({ source: '1 + 1', input: {} })).toEqual({ ok: true, value: 2 })
  await small.close()
})

describe('a draft in a thread of its own', () => {
  test('gives its value', async () => {
    expect(await runner.run({ source: '$phone(tel, $defaultCountry)', input: { tel: '139 1234 5678' } })).toEqual({
      ok: true,
      value: '+8613912345678',
    })
  })
  test('that cannot be compiled says where', async () => {
    const failure = { code: 'S0211', line: 2 }
    expect(await runner.run({ source: '{\n"a": }', input: {} })).toMatchObject({ ok: false, failure })
  })
  test('that fails says what was found, and where it came from', async () => {
    const source = '{\n  "total": $round(order.price * order.count, 2)\n}'
    expect(await runner.run({ source, input: { order: { price: 'ten', count: 2 } } })).toMatchObject({
      failure: { code: 'T2001', line: 2, expression: 'order.price * order.count', value: 'ten', path: 'order.price' },
    })
    const wrong = { source: '$uppercase(order.price)', input: { order: { price: 10 } } }
    expect(await runner.run(wrong)).toMatchObject({
      failure: { code: 'T0410', expression: '$uppercase(order.price)', value: 10, path: 'order.price' },
    })
  })
  test('that goes beyond a limit fails there already', async () => {
    expect(await runner.run({ source: '($f := function(){$f()}; $f())', input: {} })).toMatchObject({
      failure: { code: 'D1012' },
    })
  })
  test('whose thread does not answer is ended, and the next one gets a new thread', async () => {
    const impatient = makeDraftRunner({ killAfterMs: 300 })
    const endless = { source: '($f := function(){$f()}; $f())', input: {}, limits: { timeMs: 1e9, stepsMax: 1e15 } }
    expect(await impatient.run(endless)).toMatchObject({ ok: false, failure: { code: 'D1012' } })
    await impatient.close()
    const patient = makeDraftRunner({ killAfterMs: 60_000 })
    expect(await patient.run({ source: '1 + 1', input: {} })).toEqual({ ok: true, value: 2 })
    await patient.close()
  })
})
