import { describe, expect, test } from 'vitest'
import { admits, afterCall, type Breaker, CLOSED, startProbe } from '#deliver/limits/breaker.ts'

const PROBE_MS = 60_000

/** Runs calls one second apart: `.` is good, `x` fails, `c` fails to connect. */
function after(calls: string, from: Breaker = CLOSED, startMs = 0): Breaker {
  return calls
    .split('')
    .reduce<Breaker>(
      (breaker, call, index) =>
        afterCall(breaker, { ok: call === '.', connect: call === 'c', atMs: startMs + index * 1_000 }, PROBE_MS),
      from,
    )
}

describe('when the circuit opens', () => {
  test.each([
    ['', 'closed'],
    ['xxxxxxxxx', 'closed'],
    ['xxxxxxxxxx', 'open'],
    ['.....xxxx', 'closed'],
    ['.....xxxxx', 'open'],
    ['......xxxxx', 'closed'],
    ['cccc', 'closed'],
    ['ccccc', 'open'],
    ['cccc.cccc', 'closed'],
    ['ccxccxc', 'open'],
  ])('%j: %s', (calls, state) => {
    expect(after(calls).state).toBe(state)
  })

  test('what was a minute ago does not count', () => {
    expect(after('x', after('xxxxxxxxx'), 70_000).state).toBe('closed')
  })
})

describe('an open circuit', () => {
  const open = after('ccccc')

  test('takes no calls, then one probe', () => {
    expect(admits(open, 4_000 + PROBE_MS - 1)).toBe('none')
    expect(admits(open, 4_000 + PROBE_MS)).toBe('probe')
    expect(admits(startProbe(open), 4_000 + PROBE_MS)).toBe('none')
  })

  test('a good probe closes it', () => {
    expect(after('.', startProbe(open))).toEqual(CLOSED)
  })

  test('each failed probe doubles the wait, up to a quarter of an hour', () => {
    const waits: number[] = []
    let breaker = open
    for (let probe = 0; probe < 6; probe += 1) {
      breaker = after('x', startProbe(breaker), 1_000_000)
      if (breaker.state === 'open') waits.push(breaker.probeDelayMs)
    }
    expect(waits).toEqual([120_000, 240_000, 480_000, 900_000, 900_000, 900_000])
  })

  test('calls that were under way when it opened change nothing', () => {
    expect(after('.', open)).toEqual(open)
  })

  test('a closed circuit has no probe', () => {
    expect(startProbe(CLOSED)).toEqual(CLOSED)
    expect(admits(CLOSED, 0)).toBe('all')
  })
})
