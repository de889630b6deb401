import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readEnvironment } from '#config/environment.ts'
import { parseConfig } from '#config/load.ts'

function load(alerts: string, variables: Record<string, string> = {}) {
  const environment = readEnvironment({ URL: 'https://hooks.example.com/x', ...variables })
  if (!environment.ok) throw new Error(environment.problems.join())
  const teams = 'teams: { sales: { email: sales@example.com }, ops: {} }\n'
  const text = `${teams}alerts:\n${alerts}`
  return parseConfig(text, resolve('patchbay.yaml'), environment.environment, new Map())
}

function problems(alerts: string, variables?: Record<string, string>): string[] {
  const result = load(alerts, variables)
  return result.ok ? [] : result.problems.map(({ path, message, expected }) => `${path}: ${message}; ${expected ?? ''}`)
}

const CHAT = '  channels: { chat: { type: slack, secrets: { url: env:URL } } }\n'

describe('alerts in patchbay.yaml', () => {
  test('nothing is needed', () => {
    const result = load('  language: zh')
    expect(result).toMatchObject({
      ok: true,
      config: { alerts: { language: 'zh', timeZone: 'UTC', channels: {}, teams: {} } },
    })
  })

  test('a team takes what it does not say from above; times are of a day, days by name', () => {
    const result = load(
      `${CHAT}  timeZone: Asia/Shanghai\n  teams: { sales: { channels: [chat], escalate: [{ after: 15m, channels: [chat] }], quietHours: { from: '22:30', to: '07:00', days: [fri, sat] } } }`,
    )
    expect(result).toMatchObject({
      ok: true,
      config: {
        alerts: {
          channels: {
            chat: { name: 'chat', type: 'slack', everyHourMax: 20, secrets: { url: ['https://hooks.example.com/x'] } },
          },
          teams: {
            sales: {
              language: 'en',
              timeZone: 'Asia/Shanghai',
              escalate: [{ afterMs: 900_000, channels: ['chat'] }],
              quietHours: { fromMinute: 1350, toMinute: 420, days: [5, 6] },
            },
          },
        },
      },
    })
  })

  test.each([
    [
      'an unknown type',
      '  channels: { chat: { type: slak } }',
      'alerts.channels.chat.type: unknown type "slak"; did you mean "slack"?',
    ],
    ['no type', '  channels: { chat: { } }', 'alerts.channels.chat.type: "type" is missing; one of slack'],
    [
      'a key that the type does not have',
      '  channels: { chat: { type: slack, host: x, secrets: { url: env:URL } } }',
      'unknown key "host"',
    ],
    ['no secret', '  channels: { chat: { type: wecom } }', '"secrets" is missing'],
    [
      'a secret that is not set',
      '  channels: { chat: { type: wecom, secrets: { url: env:NONE } } }',
      'environment variable NONE is not set',
    ],
    [
      'an unknown channel',
      `${CHAT}  teams: { sales: { channels: [chart] } }`,
      'alerts.teams.sales.channels[0]: unknown channel "chart"; did you mean "chat"?',
    ],
    [
      'an unknown channel to escalate to',
      `${CHAT}  teams: { sales: { channels: [chat], escalate: [{ after: 1h, channels: [pager] }] } }`,
      'alerts.teams.sales.escalate[0].channels[0]: unknown channel "pager"',
    ],
    [
      'an unknown team',
      `${CHAT}  teams: { sale: { channels: [chat] } }`,
      'alerts.teams.sale: unknown team "sale"; did you mean "sales"?',
    ],
    ['an unknown default team', '  defaultTeam: it', 'alerts.defaultTeam: unknown team "it"'],
    ['an unknown time zone', '  timeZone: Europe/Bonn', 'found the text "Europe/Bonn"; a time zone such as'],
    [
      'a time that is none',
      `${CHAT}  teams: { sales: { channels: [chat], quietHours: { from: '25:00', to: '07:00' } } }`,
      "a time of day such as '22:00'",
    ],
    [
      'mail to nobody',
      '  channels: { mail: { type: mail, host: h, from: a@example.com } }\n  teams: { ops: { channels: [mail] } }',
      'nobody is known to write to',
    ],
  ])('%s is told with its place', (_, yaml, expected) => {
    expect(problems(yaml).join('\n')).toContain(expected)
  })

  test('an address written out is refused, and never shown', () => {
    const told = problems(
      '  channels: { chat: { type: slack, secrets: { url: "https://hooks.slack.com/services/T/B/geheim" } } }',
    ).join()
    expect(told).toContain('found a secret written out (not shown)')
    expect(told).not.toContain('geheim')
    const wrong = problems(CHAT, { URL: 'geheim' }).join()
    expect(wrong).toContain('the secret is no address')
    expect(wrong).not.toContain('geheim')
  })

  test('mail without addresses goes to the address of the team', () => {
    expect(
      problems(
        '  channels: { mail: { type: mail, host: h, from: Hub <a@example.com> } }\n  teams: { sales: { channels: [mail] } }',
      ),
    ).toEqual([])
  })
})
