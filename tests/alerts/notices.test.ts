import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { Hub } from '#app.ts'
import { openConsole } from '../hub/console.ts'
import { startTestHub, type TestHubOptions } from '../support/hub.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { sceneOf } from '../hub/scene.ts'
import { createHubKey } from '#config/key.ts'
import { randomBytes } from 'node:crypto'
import { HOUR_MS, MINUTE_MS } from './facts.ts'
import { type Received, type Receiver, startReceiver } from './receiver.ts'

const YAML = `
hub: { publicUrl: 'https://hub.example.com' }
teams: { sales: { title: Sales }, platform: { title: Platform } }
alerts:
  defaultTeam: platform
  channels:
    chat: { type: slack, secrets: { url: env:CHAT } }
    backup: { type: slack, secrets: { url: env:BACKUP } }
    pager: { type: webhook, secrets: { url: env:PAGER, signingSecret: env:SIGNING } }
    ops: { type: feishu, secrets: { url: env:OPS } }
  teams:
    sales: { channels: [chat, backup], escalate: [{ after: 15m, channels: [pager] }] }
    platform: { channels: [ops], language: zh }
systems:
  site: { connector: site, objects: { contact: {} } }
  crm: { connector: crm, title: CRM, team: sales, objects: { contact: {} } }
  shop: { connector: shop, team: sales, objects: { contact: {} } }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: shop, object: contact }
`
const MAPPINGS = {
  'site/contact.in': '{"person": {"email": mail}}',
  'crm/contact.out': '{"ext": $id, "mail": email}',
  'shop/contact.out': '{"ext": $id, "mail": email}',
}

describe('notices of running hubs', () => {
  const vendors = ['site', 'crm', 'shop'].map(name => createMemoryVendor(name))
  const realNow = Date.now.bind(Date)
  let aheadMs = 0
  let receiver: Receiver
  let hubs: Hub[] = []
  let scene: ReturnType<typeof sceneOf>
  let options: TestHubOptions
  let consoleUrl = ''

  /** What came to a channel since the last question. */
  const taken = (path: string): Received[] => {
    const found = receiver.received.filter(request => request.path === path)
    receiver.received = receiver.received.filter(request => request.path !== path)
    return found
  }
  const look = async (): Promise<void> => void (await Promise.all(hubs.map(hub => hub.alerts.look())))
  const disconnect = (system: string) =>
    scene.rows(
      `update system set state = 'disconnected', reason = '401: no', changed_at = now() where name = '${system}'`,
    )
  const connect = (system: string) => scene.rows(`update system set state = 'active' where name = '${system}'`)
  const alertOf = async (system: string) =>
    (
      await scene.rows<{ id: string; state: string; acknowledged_by: string | null; told_to: string[] }>(
        `select id, state, acknowledged_by, told_to from alert where system = '${system}' order by id desc limit 1`,
      )
    )[0]

  beforeAll(async () => {
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs)
    receiver = await startReceiver()
    receiver.answer = ({ path }) => ({ status: 200, body: path === '/ops' ? '{"code":0}' : 'ok' })
    const db = await createTestDatabase()
    const url = (path: string) => `${receiver.url}/${path}`
    options = {
      databaseUrl: db.url,
      yaml: YAML,
      connectors: vendors.map(vendor => vendor.connector),
      mappings: MAPPINGS,
      env: {
        CHAT: url('chat'),
        BACKUP: url('backup'),
        PAGER: url('pager'),
        OPS: url('ops'),
        SIGNING: 'whsec_c2VjcmV0LXNlY3JldA==',
      },
      overrides: { key: createHubKey([randomBytes(32)]) },
    }
    hubs = [await startTestHub(options), await startTestHub(options)]
    const [first] = hubs
    if (first === undefined) throw new Error('there is no hub')
    scene = sceneOf(first, db)
    const server = createServer(openConsole(first))
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    consoleUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return () => server.close()
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    await receiver.close()
  })

  /** The path of the link that the newest notice of the chat bears. */
  const linkIn = (request: Received | undefined): string =>
    /https:\/\/hub\.example\.com(\/ack\/[\w.-]+)/.exec(request?.body ?? '')?.[1] ?? expect.fail('there is no link')

  test('two processes on one database tell of a trouble once', async () => {
    await disconnect('crm')
    for (let n = 0; n < 4; n += 1) await look()
    const notices = taken('/chat')
    expect(notices).toHaveLength(1)
    expect(JSON.parse(notices[0]?.body ?? '').text).toBe('CRM refuses our credentials: 401: no')
    expect(taken('/backup').concat(taken('/ops'))).toEqual([])
    expect(await alertOf('crm')).toMatchObject({ state: 'firing', told_to: ['chat'] })
    receiver.received.push(...notices)
  })

  test('a link acknowledges when its form is sent, not when somebody looks, and only as it was given out', async () => {
    const path = linkIn(taken('/chat')[0])
    for (let n = 0; n < 2; n += 1) {
      const page = await fetch(consoleUrl + path)
      expect(page.status).toBe(200)
      expect(page.headers.get('referrer-policy')).toBe('no-referrer')
      expect(await page.text()).toContain('<form method="post">')
    }
    expect((await alertOf('crm'))?.state).toBe('firing')
    const forged = [
      path.slice(0, -2) + (path.endsWith('AA') ? 'BB' : 'AA'),
      path.replace('/ack/', '/ack/x'),
      '/ack/x.y',
    ]
    for (const wrong of forged) expect((await fetch(consoleUrl + wrong, { method: 'POST' })).status).toBe(404)
    expect((await alertOf('crm'))?.state).toBe('firing')
    aheadMs += 3 * 24 * HOUR_MS + MINUTE_MS
    expect((await fetch(consoleUrl + path, { method: 'POST' })).status).toBe(404)
    aheadMs -= 3 * 24 * HOUR_MS + MINUTE_MS
    const done = await fetch(consoleUrl + path, { method: 'POST' })
    expect(await done.text()).toContain('Acknowledged')
    expect(await alertOf('crm')).toMatchObject({ state: 'acknowledged', acknowledged_by: 'link to sales' })
    expect(await (await fetch(consoleUrl + path, { method: 'POST' })).text()).toContain('Nothing here')
    expect(await scene.rows(`select actor, action from audit`)).toEqual([
      { actor: 'link to Sales', action: 'alert.acknowledge' },
    ])
  })

  test('what is acknowledged is not escalated, and its end is told to who was told', async () => {
    aheadMs += 20 * MINUTE_MS
    await look()
    expect(receiver.received).toEqual([])
    await connect('crm')
    aheadMs += 3 * MINUTE_MS
    await look()
    const [notice, ...more] = taken('/chat')
    expect(more).toEqual([])
    expect(JSON.parse(notice?.body ?? '').text).toBe('Resolved: CRM refuses our credentials: 401: no')
    expect(notice?.body).not.toContain('/ack/')
    expect((await alertOf('crm'))?.state).toBe('resolved')
  })

  test('a channel that fails is itself an alert, and the next one takes the notice', async () => {
    receiver.answer = ({ path }) =>
      path === '/chat'
        ? { status: 404, body: 'no_service' }
        : { status: 200, body: path === '/ops' ? '{"code":0}' : 'ok' }
    await disconnect('shop')
    await look()
    expect(taken('/chat')).toHaveLength(1)
    expect(taken('/backup')).toHaveLength(1)
    expect(await alertOf('shop')).toMatchObject({ told_to: ['backup'] })
    aheadMs += 31_000
    await look()
    aheadMs += 31_000
    await look()
    const [notice] = taken('/ops')
    expect(JSON.parse(notice?.body ?? '').content.text).toContain('通知渠道“chat”发送失败: HTTP 404: no_service')
    expect(taken('/backup')).toEqual([])
  })

  test('a notice that no channel takes waits and is tried again, over a restart of all processes', async () => {
    receiver.answer = () => ({ status: 500, body: 'down' })
    await disconnect('crm')
    await look()
    expect([taken('/chat').length, taken('/backup').length]).toEqual([1, 1])
    for (const hub of hubs) await hub.stop()
    receiver.answer = ({ path }) => ({ status: 200, body: path === '/ops' ? '{"code":0}' : 'ok' })
    hubs = [await startTestHub(options)]
    await look()
    expect(receiver.received).toEqual([])
    aheadMs += 31_000
    await look()
    expect(taken('/chat')).toHaveLength(1)
    await look()
    expect(taken('/chat')).toEqual([])
    expect(await scene.rows(`select name from alert_channel where name = 'chat'`)).toEqual([])
  })

  test('what nobody acknowledges is escalated, once', async () => {
    aheadMs += 15 * MINUTE_MS
    await look()
    await look()
    const escalated = taken('/pager')
    expect(escalated).toHaveLength(1)
    expect(JSON.parse(escalated[0]?.body ?? '')).toMatchObject({
      type: 'alert.escalated',
      data: { title: 'Not acknowledged: 2 alerts of Sales' },
    })
    expect(linkIn(escalated[0])).toMatch(/^\/ack\//)
  })

  test('a silence holds notices, not alerts', async () => {
    await scene.rows('delete from alert')
    await scene.rows('delete from alert_notice')
    receiver.received = []
    const [hub] = hubs
    if (hub === undefined) throw new Error('there is no hub')
    const actions = createActions(hub)
    const silence = await actions.silenceAlerts(
      { system: 'crm', endsAt: new Date(Date.now() + HOUR_MS).toISOString(), why: 'planned' },
      'lena',
    )
    await look()
    const [notice] = taken('/chat')
    expect(JSON.parse(notice?.body ?? '').text).toBe('shop refuses our credentials: 401: no')
    expect((await alertOf('crm'))?.state).toBe('firing')
    expect(await actions.endSilence(silence.id)).toBe(true)
    await look()
    expect(taken('/chat')).toHaveLength(1)
  })

  test('channels are tested on demand, each with what it answers, and one that works again is failing no longer', async () => {
    const [hub] = hubs
    if (hub === undefined) throw new Error('there is no hub')
    const { testChannels } = createActions(hub)
    receiver.answer = ({ path }) =>
      path === '/backup' ? { status: 410, body: 'channel_is_archived' } : { status: 200, body: '{"code":0}' }
    expect(await testChannels(undefined)).toEqual([
      { channel: 'chat', type: 'slack', ok: true, message: null },
      { channel: 'backup', type: 'slack', ok: false, message: 'HTTP 410: channel_is_archived' },
      { channel: 'pager', type: 'webhook', ok: true, message: null },
      { channel: 'ops', type: 'feishu', ok: true, message: null },
    ])
    expect(taken('/ops')[0]?.body).toContain('【测试】Patchbay 可以通过此渠道通知您')
    expect(await scene.rows('select name from alert_channel')).toEqual([{ name: 'backup' }])
    receiver.answer = () => ({ status: 200, body: 'ok' })
    expect(await testChannels('backup')).toMatchObject([{ ok: true }])
    expect(await scene.rows('select name from alert_channel')).toEqual([])
    expect(await testChannels('nobody')).toBeUndefined()
  })
})
