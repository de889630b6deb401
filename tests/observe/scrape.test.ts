import { beforeAll, expect, test } from 'vitest'
import { type BusyHub, contact, startBusyHub } from './busy-hub.ts'
import { type Sample, scrape, total } from './samples.ts'

// What a scrape says after known things happened; what is read from the database included.

let hub: BusyHub
let samples: Sample[]

beforeAll(async () => {
  hub = await startBusyHub()
  samples = await scrape(hub.scene.hub.url)
})

const of = (name: string, labels: Record<string, string> = {}): number => total(samples, `patchbay_${name}`, labels)

test('what came in', () => {
  expect(of('requests_total', { system: 'site', result: '202' })).toBeGreaterThanOrEqual(4)
  expect(of('refused_requests_total', { system: 'site', reason: 'credentials_wrong' })).toBe(1)
  expect(of('refused_requests_total', { system: 'unknown', reason: 'unknown_system' })).toBe(1)
  expect(of('events_received_total', { system: 'site', origin: 'webhook' })).toBe(4)
  expect(of('events_duplicate_total', { system: 'site' })).toBe(1)
  expect(Date.now() / 1000 - of('last_event_timestamp_seconds', { system: 'site' })).toBeLessThan(120)
})

test('what the stages made of it', () => {
  expect(of('events_total', { system: 'site', state: 'processed' })).toBe(2)
  expect(of('events_total', { system: 'site', state: 'dead', reason: 'schema_violation' })).toBe(1)
  expect(of('mapping_failures_total', { mapping: 'site/contact.in', reason: 'schema_violation' })).toBe(1)
  expect(of('mapping_seconds_count', { mapping: 'site/contact.in' })).toBeGreaterThanOrEqual(3)
  expect(of('golden_created_total', { entity: 'person' })).toBe(1)
  expect(of('identity_links_total', { entity: 'person' })).toBeGreaterThanOrEqual(1)
  expect(of('echoes_total', { system: 'crm' })).toBeGreaterThanOrEqual(1)
  expect(of('open_rows', { kind: 'event', system: 'site', state: 'dead' })).toBe(1)
  expect(of('wake_lag_seconds_count', { stage: 'interpret' })).toBeGreaterThan(0)
})

test('what went out, and how fresh it was', () => {
  expect(of('attempts_total', { system: 'crm', operation: 'upsert', outcome: 'delivered' })).toBe(1)
  expect(of('end_to_end_seconds_count', { system: 'crm' })).toBe(1)
  expect(of('end_to_end_seconds_sum', { system: 'crm' })).toBeLessThan(60)
  expect(of('breaker_open', { system: 'crm' })).toBe(0)
  expect(samples.some(({ name }) => name === 'patchbay_breaker_open')).toBe(true)
})

test('what is known of the systems', () => {
  expect(of('system_info', { system: 'site', team: 'web' })).toBe(1)
  expect(of('system_state', { system: 'crm', state: 'active' })).toBe(1)
  expect(of('quota_used_calls', { system: 'crm' }) + of('quota_left_calls', { system: 'crm' })).toBe(5_000)
  expect(of('credential_expiry_timestamp_seconds', { system: 'site' })).toBe(Date.parse('2030-01-31') / 1000)
  expect(of('mapping_published_timestamp_seconds', { mapping: 'crm/contact.out' })).toBeGreaterThan(0)
})

test('what the process stands on', () => {
  expect(of('database_up')).toBe(1)
  expect(of('database_size_bytes')).toBeGreaterThan(1_000_000)
  expect(of('disk_size_bytes')).toBeGreaterThan(of('disk_free_bytes'))
  expect(of('pool_connections', { pool: 'stages' })).toBeGreaterThan(0)
})

test('what golden records say of the business', () => {
  expect(of('golden_records', { entity: 'ticket' })).toBe(3)
  expect(of('leads', { source: 'Fair', stage: 'new' })).toBe(1)
  expect(of('tickets_open', { age: '1 d to 7 d' })).toBe(1)
  expect(of('tickets_open', { age: 'under 1 h' })).toBe(1)
  expect(of('ticket_first_response_seconds', { channel: 'email', percentile: '50' })).toBeCloseTo(3_600, 0)
  expect(of('ticket_ratings', { channel: 'chat', rating: 'good' })).toBe(1)
})

test('a value that lost is drift: found, and written over', async () => {
  const { scene, crm } = hub
  const [written] = crm.records.keys()
  await scene.post('crm', [contact(written ?? '', 'c2', { mail: 'ana@example.com', first: 'Anya' })])
  await scene.calm()
  expect([...crm.records.values()]).toMatchObject([{ first: 'Ana' }])
  samples = await scrape(scene.hub.url)
  expect(of('drift_found_total', { system: 'crm', object: 'contact' })).toBe(1)
  expect(of('drift_repaired_total', { system: 'crm', object: 'contact' })).toBe(1)
})

test('made-up types and objects of events make no series', async () => {
  const { scene } = hub
  const before = await scrape(scene.hub.url)
  const events = Array.from({ length: 500 }, (_, n) => ({
    type: `made.up.${n}`,
    object: `thing-${n}`,
    id: `${n}`,
    eventId: `h${n}`,
    data: {},
  }))
  await scene.post('site', events)
  await scene.calm(30_000)
  const after = await scrape(scene.hub.url)
  expect(total(after, 'patchbay_events_received_total', { system: 'site' })).toBe(
    total(before, 'patchbay_events_received_total', { system: 'site' }) + 500,
  )
  const named = (name: string) => /made\.up|thing-/.test(name)
  expect(after.filter(({ labels }) => Object.values(labels).some(named))).toEqual([])
  // A reason to ignore may be new, and one histogram of a job that had not run yet; 500 types would be 500 series at least.
  expect(after.length - before.length).toBeLessThan(100)
})
