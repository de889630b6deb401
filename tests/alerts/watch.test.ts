import { beforeAll, describe, expect, test } from 'vitest'
import request from 'supertest'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createToken } from '#console/tokens.ts'
import { commandLine } from '../cli/run.ts'
import { openConsole } from '../hub/console.ts'
import { type Scene, sceneOf, startScene } from '../hub/scene.ts'
import { startTestHub } from '../support/hub.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'

const YAML = `
teams: { sales: { title: Sales }, platform: { title: Platform } }
alerts: { defaultTeam: platform }
systems:
  site: { connector: site, objects: { contact: {} } }
  crm: { connector: crm, title: CRM, team: sales, objects: { contact: {} } }
routes:
  - { entity: person, system: crm, object: contact }
`
const MAPPINGS = {
  'site/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'crm/contact.out': '{"ext": $id, "mail": email, "name": givenName}',
}

/** What the API answers, as far as these tests look at it. */
interface Reply {
  id: string
  items: { id: string; what: string; silenced: boolean }[]
}

describe('alerts of a running hub', () => {
  const site = createMemoryVendor('site')
  const crm = createMemoryVendor('crm')
  let scene: Scene
  let cli: ReturnType<typeof commandLine>['pb']
  let api: (method: 'get' | 'post' | 'delete', path: string, body?: object) => Promise<{ status: number; body: Reply }>

  const start = { yaml: YAML, connectors: [site.connector, crm.connector], mappings: MAPPINGS }
  const alerts = () =>
    scene.rows<{ name: string; state: string; team: string; system: string; severity: string; customers: number }>(
      'select name, state, team, system, severity, customers from alert order by id',
    )

  beforeAll(async () => {
    scene = await startScene(start)
    const server = createServer(openConsole(scene.hub))
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const hubUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const url = `${hubUrl}/api/v1`
    const id = scene.hub.ids.uuid()
    const { value } = await createToken(scene.db.database.kysely, { id, name: 'lena', scopes: ['operate'] })
    cli = commandLine({ PATCHBAY_URL: hubUrl, PATCHBAY_TOKEN: value }).pb
    api = async (method, path, body) => {
      const call = request(url)[method](path).set('authorization', `Bearer ${value}`)
      const { status, body: json } = await (body === undefined ? call : call.send(body))
      return { status, body: json }
    }
    return () => server.close()
  })

  test('a hub without trouble has none', async () => {
    await scene.post('site', { id: '1', data: { mail: 'ana@example.com', name: 'Ana' } })
    await scene.calm()
    await scene.hub.alerts.look()
    expect(await alerts()).toEqual([])
    expect((await api('get', '/alerts')).body).toEqual({ items: [] })
  })

  test('refused credentials are a page of the team that owns the system, once, however often it is looked', async () => {
    crm.answer = () => ({ kind: 'disconnected', reason: '401: invalid session of ana@example.com' })
    await scene.post('site', { id: '2', data: { mail: 'bo@example.com', name: 'Bo' } })
    await expect
      .poll(() => scene.rows(`select state from system where name = 'crm'`))
      .toEqual([{ state: 'disconnected' }])
    for (let look = 0; look < 3; look += 1) await scene.hub.alerts.look()
    expect(await alerts()).toEqual([
      { name: 'Disconnected', state: 'firing', team: 'sales', system: 'crm', severity: 'page', customers: null },
    ])
    const { items } = (await api('get', '/alerts')).body
    expect(items).toEqual([
      expect.objectContaining({
        name: 'Disconnected',
        what: expect.stringMatching(/^CRM refuses our credentials: 401: invalid session of [^@]*\*[^@]*@/),
        command: 'patchbay systems resume crm',
        runbook: 'docs/runbooks/Disconnected.md',
        silenced: false,
      }),
    ])
    expect((await api('get', '/alerts?language=zh')).body.items[0]?.what).toContain(
      'CRM 拒绝了我们的凭证: 401: invalid session',
    )
    expect((await api('get', '/alerts?team=platform')).body.items).toEqual([])
    expect(JSON.stringify(await scene.rows('select detail from alert'))).not.toContain('ana@example.com')
  })

  test('a second process on the same database does not look while the first one does, and goes on when it has gone', async () => {
    const second = await startTestHub({ ...start, databaseUrl: scene.db.url })
    const [{ looked_at: before } = { looked_at: undefined }] = await scene.rows<{ looked_at: Date }>(
      'select looked_at from alert_watch',
    )
    await second.alerts.look()
    expect(await scene.rows('select looked_at from alert_watch')).toEqual([{ looked_at: before }])
    await second.stop()
  })

  test('it is acknowledged once, with who did it in the audit', async () => {
    const id = (await api('get', '/alerts')).body.items[0]?.id
    const shown = await cli('alerts', 'show', String(id))
    expect(shown.stdout).toContain('patchbay systems resume crm')
    const done = await cli('alerts', 'ack', String(id))
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('Acknowledged by lena.') })
    expect((await api('get', `/alerts/${id}`)).body).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'lena',
      notices: [],
    })
    expect((await api('post', `/alerts/${id}/acknowledge`)).body).toMatchObject({ code: 'state_conflict' })
    expect((await api('get', `/alerts/${scene.hub.ids.uuid()}`)).status).toBe(404)
    const audit = await scene.rows(`select actor, action, target from audit where action like 'alert.%'`)
    expect(audit).toEqual([{ actor: 'lena', action: 'alert.acknowledge', target: id }])
    await scene.hub.alerts.look()
    expect((await alerts())[0]?.state).toBe('acknowledged')
  })

  test('silences are for a time, with who and why, and end early', async () => {
    const endsAt = new Date(Date.now() + 3_600_000).toISOString()
    expect((await api('post', '/alert-silences', { endsAt, why: 'x' })).status).toBe(400)
    const past = { system: 'crm', endsAt: '2020-01-01T00:00:00Z', why: 'x' }
    expect((await api('post', '/alert-silences', past)).status).toBe(400)
    const made = (await api('post', '/alert-silences', { system: 'crm', endsAt, why: 'planned' })).body
    expect(made).toMatchObject({ system: 'crm', name: null, why: 'planned', by: 'lena' })
    expect((await api('get', '/alerts')).body.items[0]?.silenced).toBe(true)
    expect((await cli('alerts', 'unsilence', made.id)).code).toBe(0)
    expect((await api('get', '/alert-silences')).body).toEqual({ items: [] })
    expect((await api('delete', `/alert-silences/${made.id}`)).status).toBe(404)
    expect((await api('get', '/alerts')).body.items[0]?.silenced).toBe(false)
  })

  test('it survives a restart, and ends when the trouble was gone for a while', async () => {
    crm.answer = () => undefined
    await scene.hub.stop()
    scene = sceneOf(await startTestHub({ ...start, databaseUrl: scene.db.url }), scene.db)
    await scene.rows(`update system set state = 'active' where name = 'crm'`)
    await scene.hub.alerts.look()
    expect((await alerts())[0]?.state).toBe('acknowledged')
    await scene.rows(`update alert set seen_at = seen_at - interval '3 minutes'`)
    await scene.hub.alerts.look()
    expect((await alerts())[0]?.state).toBe('resolved')
    expect(await scene.rows('select resolved_at is null as open from alert')).toEqual([{ open: false }])
  })
})
