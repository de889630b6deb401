import { describe, expect, test } from 'vitest'
import { readEnvironment } from '#config/environment.ts'
import type { HubConfig } from '#config/config.ts'
import type { Finding } from '#alerts/condition.ts'
import { conditionsOf } from '#alerts/conditions/all.ts'
import type { DeliveryFact } from '#alerts/facts/deliveries.ts'
import type { Facts } from '#alerts/facts/facts.ts'
import type { HealthFact } from '#alerts/facts/health.ts'
import { ALERT_NAMES, type AlertName } from '#alerts/names.ts'
import { createProgram } from '../../src/cli/program.ts'
import { facts, HOUR_MS, MINUTE_MS, NOW_MS, system } from './facts.ts'

const ago = (ms: number): number => NOW_MS - ms
const DAY_MS = 24 * HOUR_MS
const GIB = 1_024 ** 3

function delivery(change: Partial<DeliveryFact>): DeliveryFact {
  const at = { plannedAtMs: ago(MINUTE_MS), failedAtMs: ago(MINUTE_MS) }
  return {
    system: 'crm',
    object: 'contact',
    state: 'dead',
    reason: 'rejected',
    count: 2,
    customers: 2,
    mapping: null,
    message: null,
    ...at,
    ...change,
  }
}

function health(change: Partial<HealthFact>): HealthFact {
  return {
    host: 'hub1',
    diskFreeShare: 0.5,
    diskFreeBytes: 500 * GIB,
    databaseMs: 2,
    unanswered: {},
    certificates: [],
    ...change,
  }
}

function calls(failed: number, total: number, span: 'fast' | 'slow' = 'fast') {
  const share = { failed, total }
  const none = { failed: 0, total }
  return span === 'fast'
    ? [{ system: 'crm', m10: share, h1: share, m30: share, h6: share, worst: 'retry' }]
    : [{ system: 'crm', m10: none, h1: none, m30: share, h6: share, worst: 'retry' }]
}

const dead = { system: 'crm', object: 'contact', count: 3, customers: 2, sinceMs: ago(MINUTE_MS), message: 'x' }
const brake = {
  system: 'crm',
  object: 'contact',
  cause: 'policy',
  held: 7,
  changed: 300,
  limit: 200,
  trippedAtMs: ago(1),
}
const refused = { system: 'crm', code: 'signature_wrong', lastHour: 3, lastQuarter: 3, firstMs: ago(10 * MINUTE_MS) }
const expiry = (kind: 'certificate' | 'credentials' | 'token', days: number) => ({
  expiries: [{ kind, system: kind === 'token' ? undefined : 'crm', name: 'key', endsAtMs: NOW_MS + days * DAY_MS }],
})
const begun = { number: 9, atMs: ago(5 * MINUTE_MS), by: 'start', previous: new Map([['crm/contact.in', null]]) }
const published = { number: 9, atMs: ago(5 * MINUTE_MS), by: 'lena', previous: new Map([['crm/contact.in', 4]]) }

/** What is just enough, with what is found, and what is just not. */
const CASES: Readonly<Record<AlertName, { fires: [Partial<Facts>, Partial<Finding>][]; rests: Partial<Facts>[] }>> = {
  BrakeHeld: {
    fires: [
      [
        { brakes: [brake, { ...brake, cause: 'config', held: 1 }] },
        { severity: 'page', object: 'contact', value: 8, customers: 8 },
      ],
    ],
    rests: [{}],
  },
  CertificateExpiring: {
    fires: [
      [expiry('certificate', 13), { severity: 'ticket', system: 'crm', object: 'key' }],
      [expiry('certificate', 1), { severity: 'page' }],
    ],
    rests: [expiry('certificate', 15), expiry('credentials', 1)],
  },
  CircuitOpen: {
    fires: [
      [
        { systems: [system({ brokenSinceMs: ago(5 * MINUTE_MS) })], deliveries: [delivery({ state: 'retrying' })] },
        { severity: 'ticket', system: 'crm', customers: 2, sinceMs: ago(5 * MINUTE_MS) },
      ],
    ],
    rests: [
      { systems: [system({ brokenSinceMs: ago(4 * MINUTE_MS) })] },
      { systems: [system({ brokenSinceMs: 0, state: 'paused' })] },
    ],
  },
  CredentialExpiring: {
    fires: [
      [expiry('token', 6), { severity: 'ticket', object: 'key' }],
      [expiry('credentials', 0.5), { severity: 'page', system: 'crm' }],
      [expiry('credentials', -1), { severity: 'page', value: 0 }],
    ],
    rests: [expiry('token', 8)],
  },
  DatabaseSlow: {
    fires: [
      [{ health: [health({}), health({ host: 'hub2', databaseMs: 1_200 })] }, { severity: 'page', value: 1_200 }],
    ],
    rests: [{ health: [health({ databaseMs: 900 })] }, { health: [health({ databaseMs: undefined })] }],
  },
  DeadDeliveries: {
    fires: [
      [
        { deliveries: [delivery({})] },
        { severity: 'ticket', system: 'crm', object: 'contact', value: 2, customers: 2 },
      ],
    ],
    rests: [{ deliveries: [delivery({ reason: 'mapping_failed' }), delivery({ state: 'retrying' })] }],
  },
  DeadEvents: {
    fires: [[{ deadEvents: [{ ...dead, reason: 'malformed' }] }, { severity: 'ticket', value: 3, customers: 2 }]],
    rests: [{ deadEvents: [{ ...dead, reason: 'schema_violation' }] }],
  },
  DeliveryFailing: {
    fires: [
      [{ attempts: calls(15, 100) }, { severity: 'page', system: 'crm', value: 0.15 }],
      [{ attempts: calls(10, 100, 'slow') }, { severity: 'ticket' }],
      [
        { deliveries: [delivery({ state: 'unknown', failedAtMs: ago(31 * MINUTE_MS) })] },
        { severity: 'ticket', customers: 2 },
      ],
    ],
    rests: [
      { attempts: calls(9, 9) },
      { attempts: calls(50, 1_000) },
      { attempts: calls(15, 100), systems: [system({ brokenSinceMs: ago(1) })] },
      { deliveries: [delivery({ state: 'retrying', failedAtMs: ago(29 * MINUTE_MS) })] },
      { deliveries: [delivery({ state: 'retrying', reason: 'throttled', failedAtMs: ago(2 * HOUR_MS) })] },
    ],
  },
  DeliverySlow: {
    fires: [
      [{ overdue: [{ system: 'crm', dueAtMs: ago(16 * MINUTE_MS) }] }, { severity: 'ticket', value: 16 * MINUTE_MS }],
      [
        { deliveries: [delivery({ state: 'submitted', plannedAtMs: ago(HOUR_MS) })] },
        { customers: 2, detail: { cause: 'job' } },
      ],
      [
        { deliveries: [delivery({ state: 'retrying', reason: 'throttled', plannedAtMs: ago(HOUR_MS) })] },
        { detail: { cause: 'throttled' } },
      ],
    ],
    rests: [
      { overdue: [{ system: 'crm', dueAtMs: ago(14 * MINUTE_MS) }] },
      { overdue: [{ system: 'crm', dueAtMs: ago(HOUR_MS) }], systems: [system({ state: 'paused' })] },
    ],
  },
  Disconnected: {
    fires: [
      [
        { systems: [system({ state: 'disconnected', reason: '401', changedAtMs: 5 })] },
        { severity: 'page', sinceMs: 5 },
      ],
    ],
    rests: [{ systems: [system({ state: 'paused' })] }],
  },
  DiskLow: {
    fires: [
      [{ health: [health({ diskFreeShare: 0.15, diskFreeBytes: 30 * GIB })] }, { severity: 'ticket', object: 'hub1' }],
      [{ health: [health({ diskFreeShare: 0.1, diskFreeBytes: 20 * GIB })] }, { severity: 'page' }],
    ],
    rests: [
      { health: [health({ diskFreeShare: 0.05, diskFreeBytes: 100 * GIB }), health({ diskFreeBytes: 10 * GIB })] },
    ],
  },
  DriftFound: {
    fires: [
      [
        { heldDeletes: [{ system: 'crm', object: 'contact', atMs: 1, missing: 40 }] },
        { severity: 'ticket', value: 40, customers: 40 },
      ],
    ],
    rests: [{}],
  },
  FlipFlopFrozen: {
    fires: [
      [
        { flips: [{ system: 'crm', object: 'contact', count: 2, sinceMs: 1 }] },
        { severity: 'ticket', value: 2, sinceMs: 1 },
      ],
    ],
    rests: [{}],
  },
  MappingFailing: {
    fires: [
      [
        { deadEvents: [{ ...dead, reason: 'mapping_failed' }] },
        { severity: 'ticket', system: 'crm', object: 'crm/contact.in', customers: 2 },
      ],
      [
        { deadEvents: [{ ...dead, reason: 'mapping_failed' }], publications: [begun] },
        { severity: 'ticket', detail: { message: 'x' } },
      ],
      [
        { deadEvents: [{ ...dead, reason: 'mapping_failed' }], publications: [published] },
        { severity: 'page', detail: { message: 'x', publication: 9, by: 'lena', previous: 4 } },
      ],
      [{ deliveries: [delivery({ reason: 'no_mapping', mapping: 'own/person.out' })] }, { object: 'own/person.out' }],
    ],
    rests: [{ deadEvents: [{ ...dead, reason: 'malformed' }] }],
  },
  NotifierFailing: {
    fires: [
      [
        { channels: [{ name: 'chat', failingSinceMs: 1, failures: 3, error: 'no_service' }] },
        { severity: 'ticket', object: 'chat', value: 3 },
      ],
    ],
    rests: [{}],
  },
  OldestEventTooOld: {
    fires: [
      [
        { unread: [{ system: 'crm', count: 5, customers: 4, oldestMs: ago(15 * MINUTE_MS) }] },
        { severity: 'ticket', customers: 4 },
      ],
    ],
    rests: [{ unread: [{ system: 'crm', count: 5, customers: 4, oldestMs: ago(14 * MINUTE_MS) }] }],
  },
  QueueLag: {
    fires: [[{ stages: [{ stage: 'plan', oldestMs: ago(5 * MINUTE_MS) }] }, { severity: 'page', object: 'plan' }]],
    rests: [{ stages: [{ stage: 'plan', oldestMs: ago(4 * MINUTE_MS) }] }],
  },
  QuotaNearlyUsed: {
    fires: [
      [
        { systems: [system({ callsToday: 90, perDay: 100 })] },
        { severity: 'ticket', value: 0.9, sinceMs: ago(12 * HOUR_MS) },
      ],
    ],
    rests: [{ systems: [system({ callsToday: 89, perDay: 100 })] }, { systems: [system({ callsToday: 1_000 })] }],
  },
  ReceiveErrors: {
    fires: [
      [
        { health: [health({ unanswered: { crm: 3 } }), health({ unanswered: { crm: 2 } })] },
        { severity: 'page', system: 'crm', value: 5 },
      ],
    ],
    rests: [{ health: [health({ unanswered: { crm: 4 } })] }],
  },
  RefusedRequests: {
    fires: [
      [{ refused: [refused] }, { severity: 'ticket', value: 3, detail: { code: 'signature_wrong', isAll: true } }],
      [
        { refused: [{ ...refused, lastQuarter: 10 }], sources: [{ system: 'crm', lastAtMs: NOW_MS, usual: 0 }] },
        { detail: { code: 'signature_wrong', isAll: false } },
      ],
    ],
    rests: [
      { refused: [{ ...refused, lastHour: 2 }] },
      { refused: [{ ...refused, lastQuarter: 9 }], sources: [{ system: 'crm', lastAtMs: NOW_MS, usual: 0 }] },
    ],
  },
  SourceSilent: {
    fires: [
      [
        { sources: [{ system: 'crm', lastAtMs: ago(HOUR_MS), usual: 6 }] },
        { severity: 'ticket', system: 'crm', value: HOUR_MS },
      ],
      [
        { systems: [system({ pollError: '403', pollFailingSinceMs: ago(HOUR_MS) })] },
        { severity: 'ticket', value: HOUR_MS },
      ],
    ],
    rests: [
      { sources: [{ system: 'crm', lastAtMs: ago(9 * HOUR_MS), usual: 5 }] },
      { sources: [{ system: 'crm', lastAtMs: ago(9 * HOUR_MS), usual: undefined }] },
      { sources: [{ system: 'crm', lastAtMs: ago(HOUR_MS), usual: 60 }], systems: [system({ state: 'paused' })] },
    ],
  },
}

const config = { systems: { crm: { mappings: 'crm' } } } as unknown as Pick<HubConfig, 'systems'>
const conditions = conditionsOf(config)

describe.each(ALERT_NAMES)('%s', name => {
  const { fires, rests } = CASES[name]
  const condition = conditions.get(name) ?? expect.fail(`there is no condition ${name}`)

  test.each(fires)('is found: %j', (change, expected) => {
    const found = condition.find(facts(change))
    expect(found).toEqual([expect.objectContaining(expected)])
    for (const finding of found) {
      const about = { system: '', object: '', title: finding.system ?? '', detail: {}, ...finding }
      for (const language of ['en', 'zh'] as const) {
        const { what, cure } = condition.text[language](about)
        for (const text of [what, cure])
          expect(text, language).toMatch(language === 'en' ? /^[^\u4E00-\u9FFF]+$/ : /[\u4E00-\u9FFF]/)
        expect(what + cure).not.toMatch(/undefined|null|NaN|\[object/)
      }
      expect(isCommand(condition.command(about)), condition.command(about)).toBe(true)
    }
  })

  test.each(rests)('rests: %j', change => {
    expect(condition.find(facts(change))).toEqual([])
  })
})

test('every name has a condition, and the other way round', () => {
  expect([...conditions.keys()].toSorted()).toEqual([...ALERT_NAMES])
})

/** Whether the command line has such a command, with those options. */
function isCommand(line: string): boolean {
  const environment = readEnvironment({})
  if (!environment.ok) return false
  const [first, ...words] = line.split(' ')
  let command = createProgram(environment.environment, () => {})
  const options = words.filter(word => word.startsWith('--'))
  for (const word of words) {
    const below = command.commands.find(child => child.name() === word)
    if (below === undefined) break
    command = below
  }
  const isLeaf = command.commands.find(child => child.name() === 'list') ?? command
  return (
    first === 'patchbay' &&
    command.name() !== 'patchbay' &&
    options.every(option => isLeaf.options.some(known => known.long === option))
  )
}
