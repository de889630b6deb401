import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Json } from '#model/json.ts'
import { judge, type Same, type Slot } from '#rules/echo.ts'
import { orderAgainstWrite, type Shadow, type SlotShadow } from '#rules/shadow.ts'
import { type Said, seenAtMs } from '#rules/source-field.ts'

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

/** We wrote A, and B before it. */
const SHADOW: Shadow = {
  inFlight: [],
  inFlightFromMs: undefined,
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
function slotOf(words: string): Slot | undefined {
  if (words === 'none') return undefined
  let slot: Slot | undefined
  for (const part of words.split(' then ')) {
    const [how, ...rest] = part.split(' ')
    const { value, atMs, observedMs } = read(rest.join(' '))
    const seen: Said = { v: value, t: atMs ?? observedMs, e: 'e', g: observedMs }
    // What was seen of a vendor without times is known to have been this write.
    const k = how === 'shown' && atMs === undefined ? SHADOW.sentFromMs : undefined
    slot = how === 'own' ? { said: seen, seen } : { said: slot?.said, seen, k }
  }
  return slot
}

function shadowOf(inFlight: string): SlotShadow {
  return {
    inFlight: inFlight === '' ? [] : [inFlight],
    inFlightFromMs: inFlight === '' ? undefined : 112,
    sent: { v: 'A' },
    earlier: [{ v: 'B', at: 50 }],
    sentFromMs: SHADOW.sentFromMs,
    skewToleranceMs: SHADOW.skewToleranceMs,
    isTimeless: true,
  }
}

test('the table has its rows', () => {
  expect(rows.length).toBeGreaterThan(20)
  expect(new Set(rows.map(row => row.judged))).toEqual(
    new Set(['older', 'missed', 'same', 'echo', 'rendering', 'statement']),
  )
})

test.each(rows)('$name: $judged', ({ known, inFlight, report, judged }) => {
  const slot = slotOf(known)
  const { value, atMs, observedMs, by } = read(report)
  const timeMs = atMs ?? observedMs
  const timed = atMs !== undefined
  const order = orderAgainstWrite({ version: undefined, atMs: timeMs, timed, isRead: false }, SHADOW)
  const ours = by === 'reply' || by === 'author' ? by : undefined
  const isOlder = slot !== undefined && timeMs < seenAtMs(slot.seen)
  expect(judge(slot, { v: value, atMs: timeMs, isOlder, order, ours }, shadowOf(inFlight), same)).toBe(judged)
})

test('a person who sets an earlier value of ours again just before our next write is heard', () => {
  // B was written at 50, C said there at 300, B set there again at 310, and A leased at 320 before that was known.
  const said: Said = { v: 'C', t: 300, e: 'e', g: 301 }
  const shadow = { ...shadowOf(''), sentFromMs: 320 }
  const report = { v: 'B', atMs: 310, isOlder: false, order: 'before', ours: undefined } as const
  expect(judge({ said, seen: said }, report, shadow, same)).toBe('statement')
  const early: Said = { ...said, t: 60 }
  expect(judge({ said: early, seen: early }, report, shadow, same)).toBe('echo')
})
