import { beforeAll, expect, test } from 'vitest'
import { MINUTE_MS } from './facts.ts'
import { createMemoryVendor, type MemoryVendor } from '../support/memory-connector.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { until } from '../support/until.ts'
import { type Scene, startScene } from '../hub/scene.ts'
import { type Clock, seedRhythm, startClock } from './clock.ts'

const YAML = `
systems:
  site: { connector: site, objects: { contact: {} } }
  crm: { connector: crm, objects: { contact: { pollEvery: 5m } }, limits: { perDay: 10000 } }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: desk, object: contact }
`
const OUT = '{"ext": $id, "mail": email, "name": givenName}'

/** An hour of business: new and changed customers every minute, and the small troubles that every day has. */
test('an hour of normal traffic raises no alert', { timeout: 120_000 }, async () => {
  for (let minute = 0; minute < 60; minute += 1) {
    await say(minute)
    await until(dueWork, rows => rows.length === 0)
    await clock.advance(MINUTE_MS)
    await scene.hub.alerts.look()
  }
  expect(await scene.rows('select name, system, object, detail from alert')).toEqual([])
  // It was a busy hour, with its troubles, and the hub did look.
  const [seen] = await scene.rows<{ events: number; failed: number; refused: number; calls: number }>(
    `select (select count(*)::int from event) as events, (select count(*)::int from refused_request) as refused,
      (select sum(attempts)::int from attempt_activity) as calls,
      (select sum(attempts)::int from attempt_activity where outcome <> 'delivered') as failed`,
  )
  expect(seen).toMatchObject({ refused: 2 })
  expect(seen?.events).toBeGreaterThan(150)
  expect(seen?.calls).toBeGreaterThan(100)
  expect(seen?.failed).toBeGreaterThanOrEqual(3)
  // The same hub is not deaf: when its source falls silent, it says so.
  for (let look = 0; look < 20; look += 1) {
    await clock.advance(2 * MINUTE_MS)
    await scene.hub.alerts.look()
  }
  expect(await scene.rows('select name, system from alert')).toEqual([{ name: 'SourceSilent', system: 'site' }])
})

const [site, crm, desk] = ['site', 'crm', 'desk'].map(name => createMemoryVendor(name))
if (!site || !crm || !desk) throw new Error('three vendors')
let scene: Scene
let clock: Clock

beforeAll(async () => {
  const db = await createTestDatabase()
  clock = await startClock(db)
  scene = await startScene(
    {
      yaml: YAML,
      connectors: [site, crm, desk].map(vendor => vendor.connector),
      mappings: {
        'site/contact.in': '{"person": {"email": mail, "givenName": name}}',
        'crm/contact.in': '{"person": {"email": mail, "givenName": name}}',
        'crm/contact.out': OUT,
        'desk/contact.out': OUT,
      },
    },
    db,
  )
  await seedRhythm(db, 'site', clock.nowMs())
})

/** Work that is due now; what waits for a second try is not. */
const dueWork = () =>
  scene.rows(`
    select 1 from event where state in ('pending', 'reading') union all select 1 from resolve_work union all select 1 from plan_work
    union all select 1 from delivery where due_at <= now() or lease_by is not null`)

async function say(minute: number): Promise<void> {
  const events = Array.from({ length: 3 }, (_, n) => {
    // Every second one is a customer that is known already.
    const customer = n % 2 === 0 ? minute * 3 + n : n
    return {
      id: `c${customer}`,
      eventId: `${minute}-${n}`,
      at: new Date(clock.nowMs()).toISOString(),
      data: { mail: `c${customer}@example.com`, name: `Name ${minute}` },
    }
  })
  if (minute % 20 === 7) failOnce(crm)
  if (minute % 20 === 13) throttleOnce(desk)
  if (minute % 25 === 11) {
    const refused = await fetch(`${scene.hub.url}/in/site`, {
      method: 'POST',
      headers: { 'x-token': 'wrong' },
      body: '[]',
    })
    expect(refused.status).toBe(401)
  }
  expect((await scene.post('site', events)).status).toBe(202)
}

function failOnce(vendor: MemoryVendor | undefined): void {
  if (vendor === undefined) return
  vendor.answer = () => ((vendor.answer = () => undefined), { kind: 'retry', reason: '502: bad gateway' })
}

function throttleOnce(vendor: MemoryVendor | undefined): void {
  if (vendor === undefined) return
  vendor.answer = () => (
    (vendor.answer = () => undefined),
    { kind: 'retry', reason: '429: slow down', throttled: true, notBeforeMs: clock.nowMs() + 10_000 }
  )
}
