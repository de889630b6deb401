import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Json } from '#model/json.ts'
import { judge } from '#rules/statement/echo.ts'
import type { Report, Same, Slot } from '#rules/statement/slot-report.ts'
import { orderAgainstWrite, type Shadow, type SlotShadow } from '#rules/statement/shadow.ts'
import { type Said, seenAtMs } from '#rules/statement/source-field.ts'

/** The table of cases in docs/two-way-sync.md: each row is a test. */
const text = readFileSync(join(import.meta.dirname, '../../docs/two-way-sync.md'), 'utf8')
const [, table = ''] = text.split('| case | known there | in flight | report | judged |\n|---|---|---|---|---|\n')
const rows = (table.split('\n\n')[0] ?? '')
  .split('\n')
  .map(line => line.split('|').map(cell => cell.trim()))
  .map(([, name = '', known = '', inFlight = '', report = '', judged = '']) => ({
    name,
    known,
    inFlight,
    report,
    judged,
  }))

/** When what is in flight was leased. */
const LEASED_MS = 112

/** We wrote A, and B before it. */
const SHADOW: Shadow = {
  inFlight: [],
  sent: { givenName: 'A' },
  earlier: {},
  sentFromMs: 100,
  sentAtMs: 110,
  sentVendorAtMs: undefined,
  sentVersion: undefined,
  skewToleranceMs: 120,
}
const same: Same = (left, right) => left === right

interface Observed {
  value: Json
  atMs: number | undefined
  observedMs: number
  by: string
}

/** `C 20 @21 reply`; `?` for a vendor that tells no time. */
function read(words: string): Observed {
  const match = /^(\S+) (\d+|\?)(?: @(\d+))?(?: (reply|author))?$/u.exec(words)
  if (match === null) throw new Error(`"${words}" is no report`)
  const [, value = '', time = '', observed, by = ''] = match
  return { value, atMs: time === '?' ? undefined : Number(time), observedMs: Number(observed ?? time), by }
}

/** `none`, `own C 20 @21`, `shown A 105 @106`, `own B 20 then shown A 105 @106`. */
function slotOf(words: string, inFlight: string): Slot | undefined {
  if (words === 'none') return undefined
  let slot: Slot | undefined
  for (const part of words.split(' then ')) {
    const [how, ...rest] = part.split(' ')
    const { value, atMs, observedMs } = read(rest.join(' '))
    const seen: Said = { v: value, t: atMs ?? observedMs, e: 'e', g: observedMs }
    // It is known which write was seen: of a vendor without times, and when that was in flight.
    const write = value === inFlight ? LEASED_MS : atMs === undefined ? SHADOW.sentFromMs : undefined
    slot = how === 'own' ? { said: seen, seen, k: slot?.k } : { said: slot?.said, seen, k: write }
  }
  return slot
}

function shadowOf(inFlight: string): SlotShadow {
  return {
    inFlight: inFlight === '' ? [] : [{ v: inFlight, at: LEASED_MS }],
    sent: { v: 'A' },
    earlier: [{ v: 'B', at: 50 }],
    sentFromMs: SHADOW.sentFromMs,
    sentAtMs: SHADOW.sentAtMs,
    leasedMs: inFlight === '' ? (SHADOW.sentFromMs ?? 0) : LEASED_MS,
    skewToleranceMs: SHADOW.skewToleranceMs,
  }
}

test('the table has its rows', () => {
  expect(rows.length).toBeGreaterThan(20)
  expect(new Set(rows.map(row => row.judged))).toEqual(
    new Set(['older', 'missed', 'same', 'echo', 'rendering', 'statement']),
  )
})

test.each(rows)('$name: $judged', ({ known, inFlight, report, judged }) => {
  const slot = slotOf(known, inFlight)
  const { value, atMs, observedMs, by } = read(report)
  const timeMs = atMs ?? observedMs
  const timed = atMs !== undefined
  const order = orderAgainstWrite({ version: undefined, atMs: timeMs, timed, isRead: false }, SHADOW)
  const ours = by === 'reply' || by === 'author' ? by : undefined
  const isOlder = slot !== undefined && timeMs < seenAtMs(slot.seen)
  const isNewer = timed ? slot === undefined || timeMs > seenAtMs(slot.seen) : undefined
  const told: Report = { v: value, atMs: timeMs, isOlder, isNewer, order, observedAtMs: observedMs, ours }
  expect(judge(slot, told, shadowOf(inFlight), same)).toBe(judged)
})

test('a person who sets an earlier value of ours again just before our next write is heard', () => {
  // B was written at 50, C said there at 300, B set there again at 310, and A leased at 320 before that was known.
  const said: Said = { v: 'C', t: 300, e: 'e', g: 301 }
  const shadow = { ...shadowOf(''), sentFromMs: 320 }
  const report = {
    v: 'B',
    atMs: 310,
    isOlder: false,
    isNewer: true,
    order: 'before',
    observedAtMs: 311,
    ours: undefined,
  } as const
  expect(judge({ said, seen: said }, report, shadow, same)).toBe('statement')
  const early: Said = { ...said, t: 60 }
  expect(judge({ said: early, seen: early }, report, shadow, same)).toBe('echo')
  // The vendor's own time of B tells that C came after it.
  const told = { ...shadow, earlier: [{ v: 'B', at: 50, told: 55 }] }
  expect(judge({ said: early, seen: early }, report, told, same)).toBe('statement')
  // Also when it is told after A was seen.
  const late = { ...report, isOlder: true, isNewer: false }
  expect(judge({ said: early, seen: { v: 'A', t: 330, e: 'e', g: 331 } }, late, told, same)).toBe('missed')
})

test('a value in flight since long ago that was written again since, after another one, is the echo of the later write', () => {
  // A create of A at 40 whose fate is not known, B written at 50 and seen, then A at 100.
  const seen: Said = { v: 'B', t: 55, e: 'e', g: 56 }
  const shadow: SlotShadow = {
    ...shadowOf(''),
    inFlight: [{ v: 'A', at: 40 }],
    earlier: [{ v: 'B', at: 50, ack: 57, told: 55 }],
  }
  const report: Report = {
    v: 'A',
    atMs: 105,
    isOlder: false,
    isNewer: true,
    order: 'before',
    observedAtMs: 120,
    ours: undefined,
  }
  expect(judge({ said: undefined, seen, k: 50 }, report, shadow, same)).toBe('echo')
})

test('what was overwritten with a value written again, and is told after the next write, is no edit', () => {
  // B was written at 50, C said there at 70, B written again at 80, and A at 100: a report of 95 shows B still.
  const slot: Slot = { said: { v: 'C', t: 70, e: 'e', g: 71 }, seen: { v: 'A', t: 105, e: 'e', g: 106 }, k: 100 }
  const again = { at: 80, ack: 82, told: 81 }
  const shadow: SlotShadow = { ...shadowOf(''), earlier: [{ v: 'B', at: 50, ack: 57, told: 55, again }] }
  const report: Report = {
    v: 'B',
    atMs: 95,
    isOlder: true,
    isNewer: false,
    order: 'before',
    observedAtMs: 120,
    ours: undefined,
  }
  expect(judge(slot, report, shadow, same)).toBe('older')
  const said = { v: 'C', t: 90, e: 'e', g: 91 }
  expect(judge({ ...slot, said }, report, shadow, same)).toBe('missed')
})

test('what is set back after something else was there is a statement, also when that passed for the echo of a call that never came', () => {
  // A was written at 100, by the vendor's time at 105; C was set there at 115, while a call of C was under way that was then refused.
  const shadow: SlotShadow = { ...shadowOf(''), sent: { v: 'A', told: 105 } }
  const report: Report = {
    v: 'A',
    atMs: 120,
    isOlder: false,
    isNewer: true,
    order: 'surely_after',
    observedAtMs: 121,
    ours: undefined,
  }
  const seen: Said = { v: 'C', t: 115, e: 'e', g: 116 }
  expect(judge({ said: undefined, seen, k: LEASED_MS }, report, shadow, same)).toBe('statement')
  // From before our write it is nothing that stood there since; nor is what tells no time.
  expect(judge({ said: undefined, seen: { ...seen, t: 90 } }, report, shadow, same)).toBe('echo')
  expect(judge({ said: undefined, seen: { ...seen, t: 116 } }, report, shadow, same)).toBe('echo')
})

test('a vendor whose clock is ahead orders its reports against our write by its own time of that', () => {
  const wrote = { ...SHADOW, sentVendorAtMs: 1_000 }
  const ahead = { version: undefined, atMs: 130, timed: false, isRead: false }
  expect(orderAgainstWrite({ ...ahead, toldAtMs: 1_001 }, wrote)).toBe('surely_after')
  // What is told late tells nothing of what the system said by our clock.
  expect(orderAgainstWrite({ ...ahead, toldAtMs: 1_000 }, wrote)).toBe('unsure')
  expect(orderAgainstWrite({ ...ahead, toldAtMs: 1_001 }, SHADOW)).toBe('unsure')
  // A was written at 100 and not seen by webhook, C said there, and A set again.
  const said: Said = { v: 'C', t: 120, e: 'e', g: 120 }
  const report: Report = {
    v: 'A',
    atMs: 130,
    isOlder: false,
    isNewer: undefined,
    order: 'surely_after',
    observedAtMs: 130,
    ours: undefined,
  }
  expect(judge({ said, seen: said }, { ...report, toldAtMs: 1_001 }, shadowOf(''), same)).toBe('statement')
  expect(judge({ said, seen: said }, { ...report, isRead: true }, shadowOf(''), same)).toBe('echo')
})
