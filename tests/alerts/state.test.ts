import { describe, expect, test } from 'vitest'
import { acknowledged, type Found, keyOf, type OpenAlert, step } from '#alerts/state.ts'
import { type ActivityRow, usualSlots } from '#alerts/facts/sources.ts'
import { isSilenced } from '#alerts/read.ts'
import { HOUR_MS, MINUTE_MS, NOW_MS } from './facts.ts'

const found: Found = { name: 'CircuitOpen', severity: 'ticket', system: 'crm', sinceMs: 1, value: 1 }
const open = (change: Partial<OpenAlert> = {}): OpenAlert => ({
  id: 'a',
  name: 'CircuitOpen',
  key: keyOf(found),
  state: 'firing',
  severity: 'ticket',
  seenAtMs: NOW_MS - MINUTE_MS,
  ...change,
})
const look = (alerts: OpenAlert[], findings: Found[]) => step(alerts, findings, () => 2 * MINUTE_MS, NOW_MS)

describe('one look', () => {
  test('a new trouble is raised, once', () => {
    expect(look([], [found, found])).toEqual({ raised: [found], seen: [], ended: [] })
  })

  test('of two systems there are two', () => {
    expect(look([open()], [found, { ...found, system: 'erp' }]).raised).toEqual([{ ...found, system: 'erp' }])
  })

  test('one that is gone ends only after a while, so that nothing flaps', () => {
    expect(look([open()], []).ended).toEqual([])
    expect(look([open({ seenAtMs: NOW_MS - 2 * MINUTE_MS })], []).ended).toEqual(['a'])
    expect(look([open({ state: 'acknowledged', seenAtMs: 0 })], []).ended).toEqual(['a'])
  })

  test('an acknowledged ticket that becomes a page fires again; a page that calms down stays acknowledged', () => {
    const page = { ...found, severity: 'page' } as const
    expect(look([open({ state: 'acknowledged' })], [found]).seen).toMatchObject([{ state: 'acknowledged' }])
    expect(look([open({ state: 'acknowledged' })], [page]).seen).toMatchObject([{ state: 'firing' }])
    expect(look([open({ state: 'acknowledged', severity: 'page' })], [found]).seen).toMatchObject([
      { state: 'acknowledged' },
    ])
  })

  test('only what is firing can be acknowledged', () => {
    expect((['firing', 'acknowledged', 'resolved'] as const).map(acknowledged)).toEqual([
      'acknowledged',
      undefined,
      undefined,
    ])
  })
})

describe('the rhythm of a source', () => {
  const DAY_MS = 24 * HOUR_MS
  /** Rows of the last days: busy in every slot of the hours for which it is said so. */
  const past = (isBusy: (day: number, hour: number) => boolean, slots = 0xfff): ActivityRow[] =>
    Array.from({ length: 22 * 24 }, (_, n) => Math.floor(NOW_MS / HOUR_MS) * HOUR_MS - n * HOUR_MS).flatMap(hourMs =>
      isBusy(new Date(hourMs).getUTCDay(), new Date(hourMs).getUTCHours()) ? [{ hourMs, slots }] : [],
    )
  const FIRST_MS = NOW_MS - 22 * DAY_MS
  const usual = (rows: ActivityRow[], silentMs: number, atMs = NOW_MS, firstMs = FIRST_MS) =>
    usualSlots(rows, atMs - silentMs, atMs, firstMs)

  test('half an hour of a source that always speaks is six slots', () => {
    expect(
      usual(
        past(() => true),
        30 * MINUTE_MS,
      ),
    ).toBe(6)
  })

  test('its nights and weekends are no silence', () => {
    const office = past((day, hour) => day >= 1 && day <= 5 && hour >= 8 && hour < 18)
    const night = NOW_MS - 9 * HOUR_MS
    const saturday = NOW_MS - 4 * DAY_MS
    expect(new Date(saturday).getUTCDay()).toBe(6)
    expect(usual(office, 5 * HOUR_MS, night)).toBe(0)
    expect(usual(office, 15 * HOUR_MS, saturday)).toBe(0)
    expect(usual(office, 2 * HOUR_MS)).toBe(0)
    expect(
      usual(
        past((_, hour) => hour >= 8 && hour < 18),
        2 * HOUR_MS,
      ),
    ).toBe(24)
  })

  test('a batch once an hour takes hours to be missed', () => {
    const batches = past(() => true, 1)
    expect(usual(batches, 2 * HOUR_MS)).toBe(2)
    expect(usual(batches, 6 * HOUR_MS)).toBe(6)
  })

  test('days before it was known do not count as quiet ones', () => {
    expect(
      usual(
        past(() => true),
        HOUR_MS,
        NOW_MS,
        NOW_MS - 8 * DAY_MS,
      ),
    ).toBe(12)
    expect(usual([], HOUR_MS, NOW_MS, NOW_MS)).toBe(0)
  })
})

test('a silence fits what it names, and all that it names', () => {
  const alert = { name: 'CircuitOpen', system: 'crm', object: null, team: 'sales' }
  const none = { name: null, system: null, object: null, team: null }
  expect(isSilenced(alert, [])).toBe(false)
  expect(isSilenced(alert, [{ ...none, system: 'crm' }])).toBe(true)
  expect(isSilenced(alert, [{ ...none, system: 'crm', name: 'DiskLow' }])).toBe(false)
  expect(isSilenced(alert, [{ ...none, team: 'sales', name: 'CircuitOpen' }])).toBe(true)
})
