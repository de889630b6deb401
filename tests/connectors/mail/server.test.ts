import { afterEach, describe, expect, test } from 'vitest'
import type { Json } from '#model/json.ts'
import connector from '../../../connectors/mail/connector.ts'
import { startSandbox, type MailSandbox } from '../../../connectors/mail/sandbox.ts'
import { pullAll } from '../../support/pull-all.ts'
import { sandboxAccess } from '../sandbox-access.ts'

// The connector as a client: imapflow reads the sandbox's mailbox, nodemailer sends to it.

const { pull, push } = connector
const changes = pull?.changes ?? expect.fail('the connector pulls changes')
const running: MailSandbox[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(sandbox => sandbox.close()))
})

async function started(change: { imap?: object; outgoing?: object; secrets?: object } = {}) {
  const sandbox = await startSandbox()
  running.push(sandbox)
  const { imap, outgoing } = sandbox.settings as { imap: object; outgoing: object }
  const settings = { imap: { ...imap, ...change.imap }, outgoing: { ...outgoing, ...change.outgoing } }
  const given = {
    settings: { ownDomains: ['acme.example'], ...settings },
    secrets: { ...sandbox.secrets, ...change.secrets },
  }
  return { sandbox, access: sandboxAccess(connector, given) }
}

const raw = (id: string, more = '') =>
  `Return-Path: <ana@example.com>\r\nFrom: Ana <ana@example.com>\r\nTo: support@acme.example\r\nMessage-ID: <${id}>\r\nSubject: ${id}\r\n${more}\r\nHello\r\n`

describe('a mailbox', () => {
  async function mails(access: Awaited<ReturnType<typeof started>>['access'], from?: Json) {
    const { records, cursor } = await pullAll(at => changes(access, 'mail', at), { from, pagesMax: 10 })
    return { ids: records.map(record => record.remoteId), records, cursor }
  }

  test('is read from the first mail on, page by page, each mail once', async () => {
    const { sandbox, access } = await started()
    for (let n = 1; n <= 120; n++) sandbox.arrive(raw(`m${n}@x`))
    const first = await mails(access)
    expect(first.ids).toEqual(Array.from({ length: 120 }, (_, n) => `m${n + 1}@x`))
    expect(first.records[0]?.state).toMatchObject({
      kind: 'mail',
      reply: 'Hello',
      envelope: { from: 'ana@example.com' },
    })
    expect((await mails(access, first.cursor)).ids).toEqual([])
    sandbox.arrive(raw('new@x'))
    expect((await mails(access, first.cursor)).ids).toEqual(['new@x'])
  })

  test('that was rebuilt is read again', async () => {
    const { sandbox, access } = await started()
    sandbox.arrive(raw('m1@x'))
    const { cursor } = await mails(access)
    sandbox.mailbox.uidValidity = 2
    sandbox.mailbox.messages = []
    sandbox.arrive(raw('m1@x'))
    expect((await mails(access, cursor)).ids).toEqual(['m1@x'])
  })

  test('is first read back to `sinceDays`, and large mail up to its limit', async () => {
    const { sandbox, access } = await started({ imap: { sinceDays: 7, messageBytesMax: 1000 } })
    sandbox.arrive(raw('old@x'), Date.now() - 30 * 86_400_000)
    sandbox.arrive(raw('large@x').replace('Hello', 'Hello '.repeat(1000)))
    const { ids, records } = await mails(access)
    expect(ids).toEqual(['large@x'])
    expect(JSON.stringify(records[0]?.state['text']).length).toBeLessThan(1000)
  })

  test('says why it cannot be read', async () => {
    const changes = async (change: Parameters<typeof started>[0]) =>
      pull?.changes?.((await started(change)).access, 'mail', undefined)
    expect(await changes({ secrets: { imapPassword: ['wrong'] } })).toMatchObject({ outcome: { kind: 'disconnected' } })
    expect(await changes({ imap: { folder: 'Nowhere' } })).toMatchObject({ outcome: { kind: 'rejected' } })
    expect(await changes({ imap: { port: 1 } })).toMatchObject({ outcome: { kind: 'retry' } })
    expect(await changes({ imap: { host: '169.254.169.254' } })).toMatchObject({ outcome: { kind: 'disconnected' } })
  })
})

describe('a notice', () => {
  const item = (content: object = {}, more: object = {}) => {
    const whole = { to: 'ana@example.com', subject: 'Your ticket', text: 'Solved.', ...content }
    return { externalId: 'g1', content: whole, changed: whole, idempotencyKey: 'k1', ...more }
  }
  const send = async ({ access }: Awaited<ReturnType<typeof started>>, ...items: ReturnType<typeof item>[]) =>
    (await push?.upsert(access, 'notice', items)) ?? []

  test('begins a thread, and what follows answers in it', async () => {
    const given = await started()
    const [first] = await send(given, item())
    if (first?.kind !== 'delivered') throw new Error(JSON.stringify(first))
    const again = item({ text: 'Closed.' }, { idempotencyKey: 'k2', remoteId: first.remoteId })
    expect(await send(given, again)).toEqual([{ kind: 'delivered', remoteId: first.remoteId }])
    expect(given.sandbox.records('notice')).toMatchObject([
      { messageId: `<${first.remoteId}>`, text: 'Solved.', inReplyTo: null, autoSubmitted: 'auto-generated' },
      { text: 'Closed.', inReplyTo: `<${first.remoteId}>`, references: `<${first.remoteId}>` },
    ])
    expect(given.access.exchanges).toMatchObject([
      { method: 'SMTP', status: 250 },
      { method: 'SMTP', status: 250 },
    ])
  })

  test('answers a mail of the customer in its thread', async () => {
    const given = await started()
    await send(given, item({ inReplyTo: 'm2@x', references: ['m1@x'] }))
    expect(given.sandbox.records('notice')).toMatchObject([{ inReplyTo: '<m2@x>', references: '<m1@x> <m2@x>' }])
  })

  test('that is tried again bears the same Message-ID', async () => {
    const given = await started()
    given.sandbox.failNext('DATA', 'drop')
    expect(await send(given, item())).toMatchObject([{ kind: 'unknown' }])
    expect(await send(given, item())).toMatchObject([{ kind: 'delivered' }])
    expect(given.sandbox.records('notice')).toHaveLength(1)
  })

  test('fails as the server says, one mail at a time', async () => {
    const given = await started()
    const after = async (command: 'MAIL' | 'RCPT' | 'DATA', code: number) => {
      given.sandbox.failNext(command, { code, message: `${code} told so` })
      return (await send(given, item()))[0]
    }
    expect(await after('RCPT', 450)).toMatchObject({ kind: 'retry' })
    expect(await after('MAIL', 421)).toMatchObject({ kind: 'retry' })
    expect(await after('RCPT', 550)).toMatchObject({ kind: 'rejected', field: 'to' })
    expect(await after('MAIL', 553)).toMatchObject({ kind: 'rejected', field: 'from' })
    expect(await after('DATA', 554)).toMatchObject({ kind: 'rejected' })
    expect(await after('DATA', 452)).toMatchObject({ kind: 'retry' })
    expect(given.sandbox.records('notice')).toEqual([])
    given.sandbox.failNext('RCPT', { code: 550, message: 'no such user' })
    expect(await send(given, item(), item({}, { idempotencyKey: 'k2' }))).toMatchObject([
      { kind: 'rejected' },
      { kind: 'delivered' },
    ])
    expect(await send(given, item({ to: 'nobody' }))).toMatchObject([{ kind: 'rejected', field: 'to' }])
  })

  test('needs a server that is there, may be called, and knows us', async () => {
    expect(await send(await started({ outgoing: { port: 1 } }), item())).toMatchObject([{ kind: 'retry' }])
    expect(await send(await started({ outgoing: { host: '169.254.169.254' } }), item())).toMatchObject([
      { kind: 'disconnected' },
    ])
    expect(await send(await started({ outgoing: { tls: 'starttls' } }), item())).toMatchObject([
      { kind: 'disconnected' },
    ])
    const stranger = await started({ secrets: { outgoingPassword: ['wrong-password'] } })
    expect(await send(stranger, item())).toMatchObject([{ kind: 'disconnected' }])
    expect(JSON.stringify(stranger.access.exchanges)).not.toContain('wrong-password')
  })
})

test('the check signs in to both', async () => {
  const check = async (change: Parameters<typeof started>[0]) => connector.check?.((await started(change)).access)
  expect(await check({})).toEqual({ ok: true })
  expect(await check({ secrets: { imapPassword: [] } })).toMatchObject({ ok: false, message: /^IMAP: / })
  expect(await check({ secrets: { outgoingPassword: [] } })).toMatchObject({ ok: false, message: /^SMTP: / })
})
