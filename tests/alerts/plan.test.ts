import { describe, expect, test } from 'vitest'
import type { AlertTeam } from '#config/alerts/alerts.ts'
import { planNotices, type PlanInput } from '#alerts/notices/plan.ts'
import { isQuiet } from '#alerts/notices/quiet.ts'
import type { AlertRow } from '#alerts/rows.ts'
import { alertRow, hubConfig } from './alert-row.ts'
import { HOUR_MS, MINUTE_MS, NOW_MS } from './facts.ts'

const SALES: AlertTeam = {
  channels: ['chat', 'mail'],
  escalate: [
    { afterMs: 15 * MINUTE_MS, channels: ['pager'] },
    { afterMs: HOUR_MS, channels: ['boss'] },
  ],
  language: 'en',
  timeZone: 'UTC',
}
const channel = (name: string, everyHourMax = 4) => ({ name, type: 'slack' as const, everyHourMax, secrets: {} })
const channels = Object.fromEntries(['chat', 'mail', 'pager', 'boss'].map(name => [name, channel(name)]))

function plan(alerts: AlertRow[], change: Partial<PlanInput> = {}, team: Partial<AlertTeam> = {}) {
  const { alerts: config } = hubConfig({ channels, teams: { sales: { ...SALES, ...team } } })
  const input = {
    alerts,
    silences: [],
    sentLastHour: new Map<string, number>(),
    config,
    hearsAcknowledgements: (name: string) => name === 'pager',
    nowMs: NOW_MS,
  }
  return planNotices({ ...input, ...change }).map(notice => ({ ...notice, alerts: notice.alerts.map(({ id }) => id) }))
}

const ago = (ms: number): Date => new Date(NOW_MS - ms)
const page = (id: string, change: Partial<AlertRow> = {}) => alertRow({ id, raised_at: ago(0), ...change })
const ticket = (id: string, change: Partial<AlertRow> = {}) => page(id, { severity: 'ticket', ...change })

describe('what is told', () => {
  test('a page at once, a ticket after half a minute, with what came up meanwhile', () => {
    expect(plan([page('a'), ticket('b')])).toEqual([
      { kind: 'firing', team: 'sales', channels: ['chat', 'mail'], alerts: ['a'] },
    ])
    expect(plan([ticket('b', { raised_at: ago(30_000) }), ticket('c')])).toEqual([
      { kind: 'firing', team: 'sales', channels: ['chat', 'mail'], alerts: ['b', 'c'] },
    ])
  })

  test('once', () => {
    expect(plan([page('a', { told_at: ago(1) })])).toEqual([])
  })

  test('pages go to channels of their own, where there are any', () => {
    expect(plan([page('a')], {}, { pageChannels: ['pager', 'chat'] })[0]?.channels).toEqual(['pager', 'chat'])
  })

  test('to the team that owns it; to the default team where that one has no channels', () => {
    expect(plan([page('a', { team: 'platform' })])).toEqual([])
    const { alerts } = hubConfig({ channels, defaultTeam: 'sales', teams: { sales: SALES } })
    expect(plan([page('a', { team: 'platform' }), page('b', { team: null })], { config: alerts })).toMatchObject([
      { team: 'sales', alerts: ['a', 'b'] },
    ])
  })

  test('not while it is silenced, and not when it was acknowledged before', () => {
    const silence = {
      id: 's',
      name: null,
      system: 'crm',
      object: null,
      team: null,
      ends_at: ago(-1),
      why: '',
      made_by: '',
      made_at: ago(1),
    }
    expect(plan([page('a')], { silences: [silence] })).toEqual([])
    expect(plan([page('a', { state: 'acknowledged' })])).toEqual([])
  })
})

describe('escalation', () => {
  test('one step after the other, counted from the first notice, until somebody acknowledges', () => {
    const told = (ms: number, change: Partial<AlertRow> = {}) => plan([page('a', { told_at: ago(ms), ...change })])
    expect(told(14 * MINUTE_MS)).toEqual([])
    expect(told(15 * MINUTE_MS)).toEqual([{ kind: 'escalated', team: 'sales', channels: ['pager'], alerts: ['a'] }])
    expect(told(59 * MINUTE_MS, { escalations: 1 })).toEqual([])
    expect(told(HOUR_MS, { escalations: 1 })).toMatchObject([{ channels: ['boss'] }])
    expect(told(9 * HOUR_MS, { escalations: 2 })).toEqual([])
    expect(told(HOUR_MS, { state: 'acknowledged' })).toEqual([])
  })
})

describe('ends and acknowledgements', () => {
  test('who was told is told of the end, once', () => {
    const ended = page('a', { state: 'resolved', told_at: ago(9), told_to: ['chat', 'pager'] })
    expect(plan([ended]).map(({ kind, channels: to }) => [kind, ...to])).toEqual([
      ['resolved', 'chat'],
      ['resolved', 'pager'],
    ])
    expect(plan([{ ...ended, told_to: [] }])).toEqual([])
  })

  test('only who keeps incidents hears that one was acknowledged', () => {
    const acknowledged = page('a', { state: 'acknowledged', told_at: ago(9), told_to: ['chat', 'pager'] })
    expect(plan([acknowledged])).toMatchObject([{ kind: 'acknowledged', channels: ['pager'] }])
    expect(plan([{ ...acknowledged, ack_told: true }])).toEqual([])
  })
})

describe('at most so many an hour', () => {
  const sent = (count: number) => ({ sentLastHour: new Map([['chat', count]]) })
  const ripe = ticket('t', { raised_at: ago(HOUR_MS) })

  test('a channel that is full is given nothing; what waits is told together when there is room', () => {
    expect(plan([page('a')], sent(4))).toEqual([])
    expect(plan([page('a'), page('b')], sent(3))).toMatchObject([{ alerts: ['a', 'b'] }])
  })

  test('tickets leave room for pages', () => {
    expect(plan([ripe], sent(3))).toEqual([])
    expect(plan([ripe, page('a')], sent(3))).toMatchObject([{ alerts: ['a'] }])
  })

  test('what is planned in one look counts too', () => {
    const ended = page('e', { state: 'resolved', told_to: ['chat'] })
    expect(plan([page('a'), ended], sent(3))).toMatchObject([{ kind: 'firing' }])
  })
})

describe('quiet hours', () => {
  const night = { fromMinute: 22 * 60, toMinute: 7 * 60, days: [0, 1, 2, 3, 4, 5, 6] }
  const at = (time: string) => Date.parse(`2026-03-04T${time}:00Z`)

  test('hold tickets by the clock of the team, and never pages', () => {
    const team = { quietHours: night, timeZone: 'Asia/Shanghai' }
    const nowMs = at('15:30')
    const alerts = [ticket('t', { raised_at: new Date(nowMs - HOUR_MS) }), page('a', { raised_at: new Date(nowMs) })]
    expect(plan(alerts, { nowMs }, team)).toMatchObject([{ alerts: ['a'] }])
    expect(plan(alerts, { nowMs }, { ...team, timeZone: 'Europe/Berlin' })).toHaveLength(2)
  })

  test.each([
    ['21:59', false],
    ['22:00', true],
    ['23:59', true],
    ['00:00', true],
    ['06:59', true],
    ['07:00', false],
  ])('over midnight: at %s it is %s', (time, quiet) => {
    expect(isQuiet(night, 'UTC', at(time))).toBe(quiet)
  })

  test('within a day, on some days, and over a change of the clock', () => {
    const lunch = { fromMinute: 12 * 60, toMinute: 13 * 60, days: [3] }
    expect(isQuiet(lunch, 'UTC', at('12:30'))).toBe(true)
    expect(isQuiet(lunch, 'UTC', at('12:30') + 24 * HOUR_MS)).toBe(false)
    // Wednesday's night ends on Thursday.
    expect(isQuiet({ ...night, days: [3] }, 'UTC', at('06:00') + 24 * HOUR_MS)).toBe(true)
    expect(isQuiet({ ...night, days: [3] }, 'UTC', at('06:00'))).toBe(false)
    // Berlin's clock went forward at 02:00 on 29 March 2026: 05:30 UTC is 07:30 there.
    expect(isQuiet(night, 'Europe/Berlin', Date.parse('2026-03-29T04:59:00Z'))).toBe(true)
    expect(isQuiet(night, 'Europe/Berlin', Date.parse('2026-03-29T05:00:00Z'))).toBe(false)
    expect(isQuiet(undefined, 'UTC', NOW_MS)).toBe(false)
  })
})
