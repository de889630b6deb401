import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { Outcome } from '#connector/outcome.ts'
import { type Scene, startScene } from '../hub/scene.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { until } from '../support/until.ts'
import { contact } from './busy-hub.ts'
import { quickRoutes, startReceiver } from './notices.ts'
import {
  hasAlertmanager,
  hasPrometheus,
  type Prometheus,
  type Server,
  startAlertmanager,
  startPrometheus,
} from './prometheus.ts'
import { scaledRules } from './scaled-rules.ts'

// A running hub is broken in many ways; Prometheus and Alertmanager must tell the team that owns the system, and tell again
// when it is mended. The rules are a copy with shorter times (scaled-rules.ts).

const FIRES_MS = 30_000
const YAML = `
teams: { web: { title: Web }, sales: { title: Sales }, service: { title: Service } }
systems:
  site: { connector: site, team: web, objects: { contact: {} } }
  crm: { connector: crm, team: sales, objects: { contact: { brake: { records: 3, percent: 0 } } } }
  desk: { connector: desk, team: service, objects: { contact: {} }, limits: { perDay: 60, probeAfter: 1s } }
  old: { connector: old, objects: { contact: {} }, credentialsExpire: 2020-01-31 }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: desk, object: contact }
`
const OUT = '{"mail": email, "first": givenName}'

describe.skipIf(!hasPrometheus || !hasAlertmanager)(
  'a broken hub (skipped without the packages prometheus and prometheus-alertmanager)',
  () => {
    const site = createMemoryVendor('site')
    const crm = createMemoryVendor('crm')
    const desk = createMemoryVendor('desk')
    const old = createMemoryVendor('old')
    let scene: Scene
    let receiver: Awaited<ReturnType<typeof startReceiver>>
    const servers: Server[] = []
    let n = 0

    beforeAll(async () => {
      scene = await startScene({
        yaml: YAML,
        connectors: [site, crm, desk, old].map(vendor => vendor.connector),
        mappings: {
          'site/contact.in': '{"person": {"email": mail, "givenName": first}}',
          'crm/contact.in': '{"person": {"email": mail, "givenName": first}}',
          'crm/contact.out': OUT,
          'desk/contact.out': OUT,
        },
      })
      receiver = await startReceiver()
      const alertmanager = await startAlertmanager(quickRoutes(receiver.url, ['web', 'sales', 'service']))
      servers.push(alertmanager)
      const prometheus: Prometheus = await startPrometheus({
        hubUrl: scene.hub.url,
        rules: scaledRules(),
        alertmanagerUrl: alertmanager.url,
      })
      servers.push(prometheus)
    }, 60_000)
    afterAll(async () => {
      for (const server of servers.toReversed()) await server.stop()
      receiver?.close()
    })

    const say = (first: string, id = `p${(n += 1)}`): Promise<unknown> =>
      scene.post('site', [contact(id, `e${(n += 1)}`, { mail: `${id}@example.com`, first })])
    const of = (alert: string, status: 'firing' | 'resolved') =>
      receiver.told.filter(one => one.labels['alertname'] === `Patchbay${alert}` && one.status === status)

    /** Breaks something again and again until somebody is told. */
    async function fires(alert: string, receivedBy: string, again: () => unknown = () => {}) {
      await until(
        async () => {
          await again()
          await new Promise(resolve => setTimeout(resolve, 300))
          return of(alert, 'firing')
        },
        told => told.length > 0,
        FIRES_MS,
      )
      const [told] = of(alert, 'firing')
      expect(told?.receiver).toBe(receivedBy)
      expect(told?.annotations.runbook).toBe(`docs/runbooks/${alert}.md`)
      expect(told?.annotations.summary).toMatch(/\w/)
      return told?.annotations.summary ?? ''
    }
    const ends = (alert: string) =>
      until(
        () => of(alert, 'resolved'),
        told => told.length > 0,
        FIRES_MS,
      )

    test('what fails verification is told to those who own the source, and ends when it ends', async () => {
      const forge = () => fetch(`${scene.hub.url}/in/site`, { method: 'POST', headers: { 'x-token': 'x' }, body: '[]' })
      expect(await fires('RefusedRequests', 'web', () => Promise.all([forge(), forge(), forge()]))).toContain('site')
      await ends('RefusedRequests')
    }, 90_000)

    test('events that cannot be interpreted', async () => {
      await scene.post('site', [contact('bad', 'bad', { mail: 7 })])
      expect(await fires('DeadEvents', 'web')).toBe('1 events of site need a person')
      await sql`delete from event where state = 'dead'`.execute(scene.db.database.kysely)
      await ends('DeadEvents')
    }, 90_000)

    test('a mapping that fails just after its publication', async () => {
      await scene.post('site', [contact('bad2', 'bad2', { mail: 7 })])
      expect(await fires('MappingFailing', 'web')).toContain('site/contact.in')
      await sql`delete from event where state = 'dead'`.execute(scene.db.database.kysely)
      await ends('MappingFailing')
    }, 90_000)

    test('a vendor that refuses content, and then all of it', async () => {
      crm.answer = (): Outcome => ({ kind: 'rejected', reason: 'first is too long' })
      await say('Ada')
      expect(await fires('DeadDeliveries', 'sales')).toContain('crm')
      expect(await fires('DeliveryFailing', 'sales', () => say('Ada'))).toContain('of our writes')
      crm.answer = () => undefined
      await scene.calm()
      const keys = await scene.rows<{ golden_id: string }>(`select golden_id from delivery where state = 'dead'`)
      const dead = keys.map(({ golden_id: goldenId }) => ({ system: 'crm', object: 'contact', goldenId }))
      await createActions(scene.hub).retryDeliveries(dead)
      await ends('DeadDeliveries')
      await ends('DeliveryFailing')
    }, 120_000)

    test('one cause that would change too many records', async () => {
      const ids = Array.from({ length: 8 }, (_, index) => `brake-${index}`)
      for (const id of ids) await say('Cleo', id)
      await scene.calm()
      for (const id of ids) await say('Chloe', id)
      expect(await fires('BrakeHeld', 'sales')).toContain('crm/contact')
      await createActions(scene.hub).releaseBrake('crm', 'contact', 'test')
      await ends('BrakeHeld')
    }, 90_000)

    test('a vendor that is down, until its quota is nearly used', async () => {
      desk.answer = (): Outcome => ({ kind: 'retry', reason: 'connection refused' })
      await fires('CircuitOpen', 'service', () => say('Bo'))
      desk.answer = () => undefined
      await ends('CircuitOpen')
      expect(await fires('QuotaNearlyUsed', 'service', () => say('Bo'))).toContain('desk')
      await sql`update system set calls_today = 0`.execute(scene.db.database.kysely)
      await ends('QuotaNearlyUsed')
    }, 120_000)

    test('credentials that are refused', async () => {
      crm.answer = (): Outcome => ({ kind: 'disconnected', reason: 'the token was revoked' })
      await say('Dora')
      expect(await fires('Disconnected', 'sales')).toBe('crm refuses our credentials')
      crm.answer = () => undefined
      await createActions(scene.hub).resumeSystem('crm', 'test')
      await ends('Disconnected')
    }, 90_000)

    test('credentials that have ended, of a system that nobody owns', async () => {
      expect(await fires('CredentialExpiring', 'default')).toContain('old')
    }, 60_000)

    test('a hub that is gone', async () => {
      await scene.hub.stop()
      await fires('Down', 'default')
    }, 60_000)
  },
)
