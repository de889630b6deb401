import { createServer, connect, type AddressInfo } from 'node:net'
import { readFileSync } from 'node:fs'
import { createTransport } from 'nodemailer'
import { beforeAll, describe, expect, test } from 'vitest'
import { connectorNamed, startTestHub } from '../../support/hub.ts'
import { CERTIFICATE } from '../../support/certificate.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, startScene } from '../../hub/scene.ts'

// Mail into a whole hub over SMTP, sent by nodemailer.

const mapping = readFileSync(new URL('../../../mappings/mail/mail.in.jsonata', import.meta.url), 'utf8')

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

describe('the SMTP receiver', () => {
  const crm = createMemoryVendor('crm')
  let scene: Scene
  let ports: { open: number; closed: number }

  beforeAll(async () => {
    ports = { open: await freePort(), closed: await freePort() }
    scene = await startScene({
      yaml: `
systems:
  support:
    connector: mail
    settings:
      ownDomains: [acme.example]
      smtp: { port: ${ports.open}, recipients: [support@acme.example, '@in.acme.example'], messageBytesMax: 20000 }
  secured:
    connector: mail
    settings: { smtp: { port: ${ports.closed}, recipients: ['@acme.example'], tls: required, auth: required, user: relay } }
    secrets: { smtpPassword: env:PASSWORD, tlsKey: env:KEY, tlsCertificate: env:CERT }
  crm: { connector: crm, objects: { contact: {} } }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: interaction, system: crm, object: order }
`,
      env: { PASSWORD: 'let-me-in', KEY: CERTIFICATE.key, CERT: CERTIFICATE.cert },
      connectors: [await connectorNamed('mail'), crm.connector],
      mappings: {
        'mail/mail.in': mapping,
        'crm/contact.in': '{}',
        'crm/contact.out': '{"mail": email, "bounced": emails[status = "bounced"].email}',
        'crm/order.out': '{"subject": subject, "body": body, "thread": extra.threadId}',
      },
    })
  })

  const send = async (mail: object, options: object = {}) => {
    const transport = createTransport({
      host: '127.0.0.1',
      port: ports.open,
      tls: { rejectUnauthorized: false },
      ...options,
    })
    try {
      return await transport.sendMail(mail)
    } finally {
      transport.close()
    }
  }
  const code = (sent: Promise<unknown>): Promise<unknown> =>
    sent.then(
      () => 250,
      (error: unknown) => (error as { responseCode?: number }).responseCode ?? String(error),
    )
  const stored = () =>
    scene.rows<{ method: string; headers: Record<string, string> }>('select method, headers from request order by id')
  const written = (object: string) =>
    crm.writes.filter(write => write.object === object).map(write => write.item.content)

  test('a mail is a customer and an interaction, stored before it was answered', async () => {
    const { response } = await send({
      from: 'Ana Silva <ana@example.com>',
      to: 'support@acme.example',
      subject: 'Invoice',
      text: 'Where is it?\n\n-- \nAna\n+351 912 345 678',
      messageId: '<m1@example.com>',
      attachments: [{ filename: 'a.pdf', content: 'x' }],
    })
    expect(response).toMatch(/^250/)
    expect(await stored()).toMatchObject([
      { method: 'SMTP', headers: { 'x-envelope-from': 'ana@example.com', 'x-envelope-to': 'support@acme.example' } },
    ])
    await scene.calm(25_000)
    expect(written('contact')).toEqual([{ mail: 'ana@example.com' }])
    expect(written('order')).toEqual([{ subject: 'Invoice', body: 'Where is it?', thread: 'm1@example.com' }])
  })

  test('sent again, as after an answer that was lost, it is no second interaction', async () => {
    const mail = { from: 'ana@example.com', to: 'support@acme.example', text: 'Once', messageId: '<m2@example.com>' }
    await send(mail)
    await send(mail)
    await scene.calm(25_000)
    expect(written('order').filter(({ body }) => body === 'Once')).toHaveLength(1)
    expect(
      await scene.rows(`select reason from event where remote_id = 'm2@example.com' and reason = 'duplicate'`),
    ).toHaveLength(1)
  })

  test('mail that came back marks the address', async () => {
    const raw =
      'From: MAILER-DAEMON@mx.example.net\r\nTo: support@acme.example\r\nMessage-ID: <b1@mx>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n' +
      '--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; ana@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n'
    await send({ envelope: { from: '', to: ['support@acme.example'] }, raw })
    await scene.calm(25_000)
    expect(written('contact').at(-1)).toEqual({ mail: 'ana@example.com', bounced: 'ana@example.com' })
  })

  test('what is not for us, or too large, is refused for good', async () => {
    const before = (await stored()).length
    expect(await code(send({ from: 'a@x.io', to: 'other@acme.example', text: 'x' }))).toBe(550)
    expect(await code(send({ from: 'a@x.io', to: 'any@in.acme.example', text: 'x'.repeat(30_000) }))).toBe(552)
    expect(await stored()).toHaveLength(before)
    expect(await code(send({ from: 'a@x.io', to: 'any@in.acme.example', text: 'small' }))).toBe(250)
  })

  test('TLS and sign-in where they are required', async () => {
    const mail = { from: 'a@x.io', to: 'sales@acme.example', text: 'x' }
    const auth = (pass: string) => ({ port: ports.closed, auth: { user: 'relay', pass } })
    expect(await code(send(mail, { port: ports.closed, ignoreTLS: true }))).toBe(530)
    expect(await code(send(mail, { port: ports.closed }))).toBe(530)
    expect(await code(send(mail, auth('guess')))).toBe(535)
    expect(await code(send(mail, auth('let-me-in')))).toBe(250)
    expect((await stored()).at(-1)).toMatchObject({ headers: { 'x-tls': 'true' } })
    expect(JSON.stringify(await stored())).not.toContain('let-me-in')
  })

  test('no request over HTTP passes for one over SMTP', async () => {
    const port = new URL(scene.hub.url).port
    const answer = await new Promise<string>(resolve => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write('SMTP /in/support HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi')
      })
      socket.on('data', data => resolve(data.toString()))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    const posted = await fetch(`${scene.hub.url}/in/support`, { method: 'POST', body: 'From: a@x.io\r\n\r\nhi' })
    expect(posted.status).toBe(401)
  })

  test('while the hub cannot store, the sender keeps its mail', async () => {
    await scene.rows('alter table request rename to request_away')
    const mail = { from: 'a@x.io', to: 'support@acme.example', text: 'x', messageId: '<m9@x.io>' }
    expect(await code(send(mail))).toBe(451)
    await scene.rows('alter table request_away rename to request')
    expect(await code(send(mail))).toBe(250)
  })

  test('an address that is taken stops the start, and says which system', async () => {
    const yaml = `systems: { again: { connector: mail, settings: { smtp: { port: ${ports.open}, recipients: ['@x.io'] } } } }`
    const start = startTestHub({
      databaseUrl: scene.db.url,
      yaml,
      connectors: [await connectorNamed('mail')],
      mappings: { 'mail/mail.in': mapping },
    })
    await expect(start).rejects.toThrow(/System "again" cannot listen.*EADDRINUSE/)
  })
})
