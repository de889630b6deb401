import { createHmac, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { dingtalkSignature } from '#alerts/channels/dingtalk.ts'
import { feishuSignature } from '#alerts/channels/feishu.ts'
import { tell } from '#alerts/channels/tell.ts'
import { messageOf, type MessageKind } from '#alerts/notices/message.ts'
import { createDescribe } from '#alerts/describe.ts'
import { conditionsOf } from '#alerts/conditions/all.ts'
import type { AlertChannel } from '#config/alerts/alerts.ts'
import { startSandbox } from '../../connectors/mail/sandbox.ts'
import { alertRow, hubConfig } from './alert-row.ts'
import { type Receiver, startReceiver } from './receiver.ts'

const NOW_MS = 1_764_800_000_000
const config = hubConfig({})
const describeAlert = createDescribe(config, conditionsOf(config))

function message(
  kind: MessageKind = 'firing',
  count = 1,
  language: 'en' | 'zh' = 'en',
  reason = '401: <b>no</b> & @all',
) {
  const alerts = Array.from({ length: count }, (_, n) =>
    alertRow({ id: `00000000-0000-7000-8000-00000000000${n % 10}`, detail: { message: reason }, customers: 7 }),
  )
  return messageOf({ id: '0193b0c8-0000-7000-8000-000000000001', kind }, alerts, {
    describe: describeAlert,
    language,
    timeZone: 'Europe/Berlin',
    teamTitle: 'Sales',
    nowMs: NOW_MS,
    acknowledgeUrl: 'https://hub.example.com/ack/abc.def',
  })
}

describe('notifiers speak as their vendors want it', () => {
  let receiver: Receiver
  beforeAll(async () => {
    receiver = await startReceiver()
  })
  beforeEach(() => {
    receiver.received.length = 0
    receiver.answer = () => ({ status: 200, body: 'ok' })
  })
  afterAll(() => receiver.close())

  const secret = `SEC${randomBytes(8).toString('hex')}`
  const channel = (type: AlertChannel['type'], more: object = {}): AlertChannel =>
    ({
      name: 'chat',
      type,
      everyHourMax: 20,
      secrets: { url: [`${receiver.url}/hook/${secret}?key=${secret}`] },
      ...more,
    }) as AlertChannel
  const send = (to: AlertChannel, what = message()) =>
    tell(what, to, undefined, { allowPrivateAddresses: true, nowMs: () => NOW_MS })
  const json = () => JSON.parse(receiver.received[0]?.body ?? '')

  test('the SSRF guard stands before every channel', async () => {
    const told = await tell(message(), channel('slack'), undefined, {
      allowPrivateAddresses: false,
      nowMs: () => NOW_MS,
    })
    expect(told).toMatchObject({ ok: false, message: expect.stringContaining('private address') })
    expect(receiver.received).toEqual([])
  })

  test.each(['slack', 'microsoft-teams', 'wecom', 'dingtalk', 'feishu', 'webhook'] as const)(
    '%s: no secret is told of a failure, and a rate limit says for how long',
    async type => {
      const to = channel(type, {
        secrets: { url: [`${receiver.url}/hook/${secret}`], signingSecret: ['whsec_c2VjcmV0'] },
      })
      receiver.answer = () => ({ status: 400, body: `invalid_payload at /hook/${secret}` })
      const told = await send(to)
      expect(told).toMatchObject({ ok: false, message: expect.stringContaining('HTTP 400') })
      expect(JSON.stringify(told)).not.toContain(secret)
      receiver.answer = () => ({ status: 429, headers: { 'retry-after': '7' } })
      expect(await send(to)).toMatchObject({ ok: false, quietForMs: 7_000 })
      const away = { ...to, secrets: { ...to.secrets, url: ['http://127.0.0.1:1/' + secret] } }
      expect(await send(away)).toMatchObject({ ok: false, message: expect.not.stringContaining(secret) })
    },
  )

  test('Slack: blocks with escaped text', async () => {
    expect(await send(channel('slack'))).toEqual({ ok: true })
    const { text, blocks } = json()
    expect(text).toBe('CRM refuses our credentials: 401: &lt;b&gt;no&lt;/b&gt; &amp; @all')
    expect(blocks.at(-1).text.text).toBe('<https://hub.example.com/ack/abc.def|Acknowledge>')
    expect(blocks[1].text.text).toContain('*Customers touched*: 7')
    expect(blocks[1].text.text).toContain('*Since*: 2025-12-03 22:13 Europe/Berlin')
    expect(blocks[1].text.text).toContain('*Command*: patchbay systems resume crm')
    expect(blocks[1].text.text).toContain('*Runbook*: docs/runbooks/Disconnected.md')
  })

  test('Microsoft Teams: an adaptive card, taken with 202; the address goes out as it is', async () => {
    const url = `${receiver.url}/workflows/1/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sig=a%2Fb`
    receiver.answer = () => ({ status: 202 })
    const to = channel('microsoft-teams', { secrets: { url: [url] } })
    expect(await send(to, message('firing', 3))).toEqual({ ok: true })
    const card = json().attachments[0]
    expect(card.contentType).toBe('application/vnd.microsoft.card.adaptive')
    expect(card.content).toMatchObject({ type: 'AdaptiveCard', version: '1.4' })
    expect(card.content.body.filter((part: { type: string }) => part.type === 'FactSet')).toHaveLength(3)
    expect(card.content.actions).toEqual([
      { type: 'Action.OpenUrl', title: 'Acknowledge', url: 'https://hub.example.com/ack/abc.def' },
    ])
    expect(receiver.received[0]?.query.get('sig')).toBe('a/b')
    receiver.answer = () => ({
      status: 200,
      body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429',
    })
    expect(await send(to)).toEqual({ ok: false, message: 'returned HTTP error 429' })
  })

  test.each([
    [
      'wecom',
      { errcode: 0, errmsg: 'ok' },
      { errcode: 93000, errmsg: 'invalid webhook url' },
      { errcode: 45009, errmsg: 'api freq' },
      60_000,
    ],
    [
      'dingtalk',
      { errcode: 0, errmsg: 'ok' },
      { errcode: 310000, errmsg: 'sign not match' },
      { errcode: 410100, errmsg: 'too fast' },
      600_000,
    ],
    [
      'feishu',
      { code: 0, msg: 'success' },
      { code: 19021, msg: 'sign match fail' },
      { code: 11232, msg: 'limited' },
      60_000,
    ],
  ] as const)('%s: 200 is no success, the code in the body is', async (type, good, bad, busy, quietForMs) => {
    const to = channel(type)
    const answers = (body: object | string) =>
      (receiver.answer = () => ({ status: 200, body: typeof body === 'string' ? body : JSON.stringify(body) }))
    answers(good)
    expect(await send(to)).toEqual({ ok: true })
    answers(bad)
    const [code, text] = Object.values(bad)
    expect(await send(to)).toEqual({ ok: false, message: `${code}: ${text}` })
    answers(busy)
    expect(await send(to)).toMatchObject({ ok: false, quietForMs })
    answers('<html>proxy</html>')
    expect(await send(to)).toMatchObject({ ok: false, message: expect.stringContaining('an answer that is none') })
  })

  test('WeCom: Markdown of at most 4,096 bytes, in Chinese too, and no value becomes a mention or a link', async () => {
    receiver.answer = () => ({ status: 200, body: '{"errcode":0}' })
    await send(channel('wecom'), message('firing', 10, 'zh', '凭证错误 <@all> [x](http://evil.example)'.repeat(20)))
    const { msgtype, markdown } = json()
    expect(msgtype).toBe('markdown')
    expect(Buffer.byteLength(markdown.content)).toBeLessThanOrEqual(4_096)
    expect(markdown.content).toMatch(/另有 \d+ 条/)
    expect(markdown.content).toContain('[确认告警](https://hub.example.com/ack/abc.def)')
    expect(markdown.content).not.toContain('<@all>')
    expect(markdown.content).not.toContain('[x](http')
  })

  test('DingTalk: signed by time and secret, in the address; the notice has an id', async () => {
    receiver.answer = ({ query }) => {
      const [timestamp, sign] = [query.get('timestamp') ?? '', query.get('sign')]
      const expected = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64')
      return { status: 200, body: JSON.stringify({ errcode: sign === expected ? 0 : 310000 }) }
    }
    const to = channel('dingtalk', {
      secrets: { url: [`${receiver.url}/robot/send?access_token=t`], signingSecret: [secret] },
    })
    expect(await send(to)).toEqual({ ok: true })
    expect(json()).toMatchObject({ msgtype: 'markdown', msgUuid: '0193b0c8-0000-7000-8000-000000000001' })
    expect(receiver.received[0]?.query.get('access_token')).toBe('t')
    expect(dingtalkSignature('SECx', 1).sign).toBe(createHmac('sha256', 'SECx').update('1\nSECx').digest('base64'))
  })

  test('Feishu: signed by the vector of the vendor file', async () => {
    expect(feishuSignature('demoSecret', 1_764_800_000_000)).toEqual({
      timestamp: '1764800000',
      sign: 'maQzER/aq7Kb/6goMLLYhbCb4afBm3fhurOp40I9WyU=',
    })
    receiver.answer = ({ body }) => {
      const { timestamp, sign } = JSON.parse(body)
      const expected = createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64')
      return { status: 200, body: JSON.stringify({ code: sign === expected ? 0 : 19021 }) }
    }
    const to = channel('feishu', { secrets: { url: [`${receiver.url}/hook`], signingSecret: [secret] } })
    expect(await send(to, message('firing', 1, 'zh', '<at user_id="all"></at>'))).toEqual({ ok: true })
    expect(json().content.text).not.toContain('<at')
  })

  test('signed webhook: verified by the reference library, the same id at every try', async () => {
    const signingSecret = `whsec_${randomBytes(24).toString('base64')}`
    const to = channel('webhook', { secrets: { url: [receiver.url], signingSecret: [signingSecret] } })
    await tell(message(), to, undefined, { allowPrivateAddresses: true, nowMs: Date.now })
    await tell(message(), to, undefined, { allowPrivateAddresses: true, nowMs: Date.now })
    const [first, second] = receiver.received
    const verified = new Webhook(signingSecret).verify(first?.body ?? '', first?.headers as Record<string, string>)
    expect(verified).toMatchObject({
      type: 'alert.firing',
      data: { team: 'Sales', alerts: [{ name: 'Disconnected', severity: 'page', customers: 7, system: 'crm' }] },
    })
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(() =>
      new Webhook(signingSecret).verify(`${first?.body} `, first?.headers as Record<string, string>),
    ).toThrow()
  })

  test('PagerDuty: trigger, acknowledge and resolve of one incident, by the id of the alert', async () => {
    receiver.answer = () => ({ status: 202, body: '{"status":"success"}' })
    const to = channel('pagerduty', {
      url: `${receiver.url}/v2/enqueue`,
      secrets: { routingKey: ['e93facc04764012d7bfb002500d50001'] },
    })
    for (const kind of ['firing', 'acknowledged', 'resolved', 'test'] as const)
      expect(await send(to, message(kind))).toEqual({ ok: true })
    const events = receiver.received.map(({ body }) => JSON.parse(body))
    expect(events.map(event => event.event_action)).toEqual(['trigger', 'acknowledge', 'resolve', 'trigger', 'resolve'])
    expect(new Set(events.map(event => event.dedup_key))).toEqual(
      new Set(['patchbay/00000000-0000-7000-8000-000000000000']),
    )
    expect(events[0].payload).toMatchObject({
      severity: 'critical',
      source: 'crm',
      class: 'Disconnected',
      group: 'Sales',
    })
    expect(events[0].routing_key).toHaveLength(32)
    receiver.answer = () => ({ status: 400, body: '{"status":"invalid event","errors":["Length of routing_key"]}' })
    expect(await send(to)).toMatchObject({ ok: false, message: expect.stringContaining('invalid event') })
  })

  test('mail: over SMTP to the addresses of the channel, or to the team', async () => {
    const sandbox = await startSandbox()
    const { outgoing } = sandbox.settings as { outgoing: { port: number; user: string } }
    const to = channel('mail', {
      host: '127.0.0.1',
      port: outgoing.port,
      tls: 'off',
      user: outgoing.user,
      from: 'Patchbay <hub@example.com>',
      secrets: { password: sandbox.secrets['outgoingPassword'] },
    })
    const parts = { allowPrivateAddresses: true, nowMs: () => NOW_MS }
    expect(await tell(message('firing', 1, 'zh'), to, 'sales@example.com', parts)).toEqual({ ok: true })
    expect(sandbox.records('notice')).toEqual([
      expect.objectContaining({
        to: 'sales@example.com',
        subject: expect.stringMatching(/^\[PAGE\] CRM 拒绝了我们的凭证/),
        text: expect.stringContaining('受影响客户: 7'),
        autoSubmitted: 'auto-generated',
      }),
    ])
    expect(await tell(message(), to, undefined, parts)).toMatchObject({
      ok: false,
      message: expect.stringContaining('nobody to write to'),
    })
    sandbox.failNext('RCPT', { code: 550, message: 'no such user' })
    expect(await tell(message(), to, 'sales@example.com', parts)).toMatchObject({
      ok: false,
      message: expect.stringContaining('no such user'),
    })
    const wrong = { ...to, secrets: { password: ['wrong-password'] } }
    const told = await tell(message(), wrong, 'sales@example.com', parts)
    expect(told).toMatchObject({ ok: false, message: expect.stringContaining('invalid credentials') })
    expect(JSON.stringify(told)).not.toContain('wrong-password')
    await sandbox.close()
  })
})
