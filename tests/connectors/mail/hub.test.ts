import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secretOf } from '#connector/sandbox.ts'
import { startSandbox, type MailSandbox } from '../../../connectors/mail/sandbox.ts'
import { type Scene, startScene } from '../../hub/scene.ts'
import { connectorNamed, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'

// A whole hub between a mailbox and a helpdesk: mail comes in by IMAP, notices about tickets go out by SMTP.

const mapping = (name: string) => readFileSync(new URL(`../../../mappings/${name}.jsonata`, import.meta.url), 'utf8')
const desk = createMemoryVendor('desk')
let sandbox: MailSandbox
let scene: Scene

beforeAll(async () => {
  sandbox = await startSandbox()
  scene = await startScene({
    yaml: `
systems:
  support:
    connector: mail
    settings: ${JSON.stringify(sandbox.settings)}
    secrets: { imapPassword: env:PASSWORD, outgoingPassword: env:PASSWORD }
    objects: { mail: { pollEvery: 1s } }
  desk: { connector: desk, objects: { contact: {}, order: {} } }
routes:
  - { entity: person, system: desk, object: contact }
  - { entity: ticket, system: support, object: notice }
`,
    env: { PASSWORD: secretOf(sandbox, 'imapPassword') },
    connectors: [await connectorNamed('mail'), desk.connector],
    mappings: {
      'mail/mail.in': mapping('mail/mail.in'),
      'mail/notice.out': mapping('mail/notice.out'),
      'desk/contact.in': '{"person": {"email": mail}}',
      'desk/contact.out': '{"mail": email, "name": fullName}',
      'desk/order.in':
        '{"ticket": {"number": number, "subject": subject, "status": status, "person": {"$ref": {"object": "contact", "id": contact}}}}',
    },
  })
})
afterAll(() => sandbox.close())

test('a mail in the mailbox is a customer in the helpdesk, however often it is read', async () => {
  sandbox.arrive('From: Ana Silva <ana@example.com>\r\nMessage-ID: <m1@x>\r\nSubject: Help\r\n\r\nPlease.\r\n')
  await until(
    () => desk.records.size,
    size => size === 1,
    15_000,
  )
  expect([...desk.records.values()]).toMatchObject([{ mail: 'ana@example.com', name: 'Ana Silva' }])
  sandbox.mailbox.uidValidity = 2
  sandbox.arrive('From: Bo <bo@example.com>\r\nMessage-ID: <m2@x>\r\n\r\nHi\r\n')
  await until(
    () => desk.records.size,
    size => size === 2,
    15_000,
  )
  await scene.calm(25_000)
  expect(await scene.rows(`select 1 from golden_record where entity = 'interaction'`)).toHaveLength(2)
})

test('a ticket is told to its customer, and its changes in the same thread', async () => {
  await scene.post('desk', { object: 'contact', id: 'c1', data: { mail: 'ana@example.com' } })
  const ticket = { number: 'T-9', subject: 'Invoice', contact: 'c1' }
  await scene.post('desk', { object: 'order', id: 't9', data: { ...ticket, status: 'new' } })
  await scene.calm(25_000)
  expect(sandbox.records('notice')).toMatchObject([
    { to: 'ana@example.com', subject: '[T-9] Invoice', text: expect.stringContaining('received'), inReplyTo: null },
  ])
  await scene.post('desk', { object: 'order', id: 't9', data: { ...ticket, status: 'solved' } })
  await scene.calm(25_000)
  const [first, second] = sandbox.records('notice')
  expect(second).toMatchObject({ text: expect.stringContaining('solved'), inReplyTo: first?.['messageId'] })
  expect(sandbox.records('notice')).toHaveLength(2)
})
