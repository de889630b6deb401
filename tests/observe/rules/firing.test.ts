import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { Outcome } from '#connector/outcome.ts'
import { type Scene, startScene } from '../../hub/scene.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { until } from '../../support/until.ts'
import { contact } from '../busy-hub.ts'
import { quickRoutes, startReceiver } from './notices.ts'
import {
  hasAlertmanager,
  hasPrometheus,
  type Prometheus,
  type Server,
  startAlertmanager,
  startPrometheus,
} from '../prometheus.ts'
import { scaledRules } from './scaled-rules.ts'

// A running hub is broken in many ways; Prometheus and Alertmanager must tell the team that owns the system, and tell again
// when it is mended. The rules are a copy with shorter times (scaled-rules.ts).

const FIRES_MS = 40_000
/** Each is broken in its own way, beside the others. */
const DESTINATIONS = ['crm', 'mall', 'desk', 'erp'] as const
const YAML = `
teams: { web: { title: Web }, sales: { title: Sales }, service: { title: Service } }
systems:
  site: { connector: site, team: web, objects: { contact: {} } }
  form: { connector: form, team: web, objects: { contact: {} } }
  crm: { connector: crm, team: sales, objects: { contact: {} } }
  mall: { connector: mall, team: sales, objects: { contact: { brake: { records: 3, percent: 0 } } } }
  desk: { connector: desk, team: service, objects: { contact: {} }, limits: { perDay: 60, probeAfter: 1s } }
  erp: { connector: erp, objects: { contact: {} }, credentialsExpire: 2020-01-31 }
routes:
${DESTINATIONS.map(name => `  - { entity: person, system: ${name}, object: contact, when: "$contains(email, '@${name}.example')" }`).join('\n')}
`
const IN = '{"person": {"email": mail, "givenName": first}}'
const OUT = '{"mail": email, "first": givenName}'

describe.skipIf(!hasPrometheus || !hasAlertmanager)(
  'a broken hub (skipped without the packages prometheus and prometheus-alertmanager)',
  () => {
    const vendors = new Map(['site', 'form', ...DESTINATIONS].map(name => [name, createMemoryVendor(name)]))
    const answer = (name: string, outcome?: Outcome): void => {
      const vendor = vendors.get(name)
      if (vendor !== undefined) vendor.answer = () => outcome
    }
    let scene: Scene
    let receiver: Awaited<ReturnType<typeof startReceiver>>
    const servers: Server[] = []
    let n = 0

    beforeAll(async () => {
      scene = await startScene({
        yaml: YAML,
        connectors: [...vendors.values()].map(vendor => vendor.connector),
        mappings: {
          'site/contact.in': IN,
          'form/contact.in': IN,
          ...Object.fromEntries(DESTINATIONS.map(name => [`${name}/contact.out`, OUT])),
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

    /** A person whom only one destination hears of. */
    const say = (to: string, first: string, id = `p${(n += 1)}`): Promise<unknown> =>
      scene.post('site', [contact(`${to}-${id}`, `e${(n += 1)}`, { mail: `${id}@${to}.example`, first })])
    /** Waits until nothing is on its way there. */
    const calm = (system: string) =>
      until(
        () => scene.rows(`select from delivery where system = '${system}' and state not in ('synced', 'dead', 'held')`),
        rows => rows.length === 0,
      )
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

    test.concurrent('what fails verification is told to those who own the source, and ends when it ends', async () => {
      const forge = () => fetch(`${scene.hub.url}/in/site`, { method: 'POST', headers: { 'x-token': 'x' }, body: '[]' })
      expect(await fires('RefusedRequests', 'web', () => Promise.all([forge(), forge(), forge()]))).toContain('site')
      await ends('RefusedRequests')
    })

    test.concurrent('events that a mapping, just published, makes dead', async () => {
      await scene.post('form', [contact('bad', 'bad', { mail: 7 })])
      expect(await fires('DeadEvents', 'web')).toBe('1 events of form need a person')
      expect(await fires('MappingFailing', 'web')).toContain('form/contact.in')
      await sql`delete from event where state = 'dead'`.execute(scene.db.database.kysely)
      await ends('DeadEvents')
      await ends('MappingFailing')
    })

    test.concurrent('a vendor that refuses content, and then all of it', async () => {
      answer('crm', { kind: 'rejected', reason: 'first is too long' })
      await say('crm', 'Ada')
      expect(await fires('DeadDeliveries', 'sales')).toContain('crm')
      expect(await fires('DeliveryFailing', 'sales', () => say('crm', 'Ada'))).toContain('of our writes')
      answer('crm')
      await calm('crm')
      const keys = await scene.rows<{ golden_id: string }>(`select golden_id from delivery where state = 'dead'`)
      const dead = keys.map(({ golden_id: goldenId }) => ({ system: 'crm', object: 'contact', goldenId }))
      await createActions(scene.hub).retryDeliveries(dead)
      await ends('DeadDeliveries')
      await ends('DeliveryFailing')
    })

    test.concurrent('one cause that would change too many records', async () => {
      const ids = Array.from({ length: 8 }, (_, index) => `brake-${index}`)
      for (const id of ids) await say('mall', 'Cleo', id)
      await until(
        () => vendors.get('mall')?.records.size,
        size => size === ids.length,
      )
      await calm('mall')
      for (const id of ids) await say('mall', 'Chloe', id)
      expect(await fires('BrakeHeld', 'sales')).toContain('mall/contact')
      await createActions(scene.hub).releaseBrake('mall', 'contact', 'test')
      await ends('BrakeHeld')
    })

    test.concurrent('a vendor that is down, until its quota is nearly used', async () => {
      answer('desk', { kind: 'retry', reason: 'connection refused' })
      const more = () => Promise.all([say('desk', 'Bo'), say('desk', 'Bo'), say('desk', 'Bo')])
      await fires('CircuitOpen', 'service', more)
      answer('desk')
      await ends('CircuitOpen')
      expect(await fires('QuotaNearlyUsed', 'service', more)).toContain('desk')
      await sql`update system set calls_today = 0`.execute(scene.db.database.kysely)
      await ends('QuotaNearlyUsed')
    })

    test.concurrent('credentials that have ended, then are refused, of a system that nobody owns', async () => {
      expect(await fires('CredentialExpiring', 'default')).toContain('erp')
      answer('erp', { kind: 'disconnected', reason: 'the token was revoked' })
      await say('erp', 'Dora')
      expect(await fires('Disconnected', 'default')).toBe('erp refuses our credentials')
      answer('erp')
      await createActions(scene.hub).resumeSystem('erp', 'test')
      await ends('Disconnected')
    })

    test('a hub that is gone', async () => {
      await scene.hub.stop()
      await fires('Down', 'default')
    })
  },
  120_000,
)
