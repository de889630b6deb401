import { afterAll, beforeAll, expect, test } from 'vitest'
import { textAt } from '#connector/reply-path.ts'
import { secretOf } from '#connector/sandbox.ts'
import { connectorNamed, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { startSandbox, type SalesforceSandbox } from '../../../connectors/salesforce/sandbox.ts'
import { startScene, type Scene } from '../../hub/scene.ts'
import { pollNow } from '../hub-acts.ts'
import { repositoryMappings } from '../repository-mappings.ts'

const desk = createMemoryVendor('desk')
let sandbox: SalesforceSandbox
let scene: Scene

beforeAll(async () => {
  // A flow of the org makes every last name begin with a capital.
  const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)
  sandbox = await startSandbox({
    beforeSave: (_type, fields) => {
      const { LastName: name } = fields
      return typeof name === 'string' ? { ...fields, LastName: capital(name) } : fields
    },
  })
  scene = await startScene({
    yaml: `
systems:
  crm:
    connector: salesforce
    mappings: salesforce
    author: 0055g000000HubUAAS
    settings: { instanceUrl: '${sandbox.url}', organizationId: '${sandbox.org.id}', currency: EUR }
    secrets: { clientId: env:SF_ID, clientSecret: env:SF_SECRET, webhookSecret: env:SF_MESSAGES }
    objects: { Account: { pollEvery: 1h }, Contact: { pollEvery: 1h } }
  desk: { connector: desk, objects: { contact: {}, company: {} } }
routes:
  - { entity: account, system: crm, object: Account }
  - { entity: person, system: crm, object: Contact }
  - { entity: person, system: desk, object: contact }
`,
    env: {
      SF_ID: secretOf(sandbox, 'clientId'),
      SF_SECRET: secretOf(sandbox, 'clientSecret'),
      SF_MESSAGES: 'message-secret-1',
    },
    connectors: [await connectorNamed('salesforce'), desk.connector],
    mappings: {
      ...repositoryMappings('salesforce'),
      'desk/contact.in': `{"person": {"email": $email(mail), "givenName": first, "familyName": last, "account": company ? {"$ref": {"object": "company", "id": company}}}}`,
      'desk/contact.out': '{"mail": email, "name": givenName & " " & familyName, "phone": mobile}',
      'desk/company.in': '{"account": {"name": name}}',
    },
  })
})
afterAll(() => sandbox.close())

const post = (path: string, message: { headers: Record<string, string>; body: string }) =>
  fetch(`${scene.hub.url}/in/crm/${path}`, { method: 'POST', headers: message.headers, body: message.body })
const atDesk = (mail: string) => [...desk.records.values()].find(record => record['mail'] === mail)
const contacts = () => sandbox.records('Contact')

test('an outbound message is acknowledged, its record is read back and reaches the other system', async () => {
  const made = sandbox.org.create('Contact', { FirstName: 'Ana', LastName: 'Silva', Email: 'Ana@Example.com' })
  if (!made.ok) throw new Error(made.message)
  const reply = await post('message-secret-1', sandbox.message('Contact', [made.id], ['LastName']))
  expect(reply.status).toBe(200)
  expect(await reply.text()).toContain('<Ack>true</Ack>')
  await until(
    () => atDesk('ana@example.com'),
    record => record !== undefined,
  )
  expect(atDesk('ana@example.com')).toMatchObject({ name: 'Ana Silva' })
  await scene.calm(30_000)
  // What the hub says of the customer is what Salesforce said: there is nothing to write but our id.
  expect(contacts()).toMatchObject([{ Email: 'Ana@Example.com' }])
})

test('a message that is not proved, or of another org, is refused and read by nobody', async () => {
  const message = sandbox.message('Contact', ['0035g0000009999AAA'])
  expect((await post('wrong-secret', message)).status).toBe(401)
  const foreign = { ...message, body: message.body.replaceAll(sandbox.org.id, '00D5g000000OthrEAC') }
  expect((await post('message-secret-1', foreign)).status).toBe(401)
})

test('a customer of another system becomes an account and its contact, once, and later a change', async () => {
  await scene.post('desk', { object: 'company', id: 'd1', eventId: 'c1', data: { name: 'Acme' } })
  const person = { mail: 'kim@example.com', first: 'Kim', last: 'Lee', company: 'd1' }
  await scene.post('desk', { id: 'p1', eventId: 'e1', data: person })
  await scene.calm(30_000)
  const [account] = sandbox.records('Account')
  expect(account).toMatchObject({ Name: 'Acme' })
  const kim = () => contacts().find(record => record['Email'] === 'kim@example.com')
  expect(kim()).toMatchObject({ FirstName: 'Kim', LastName: 'Lee', AccountId: account?.['Id'] })
  expect(kim()?.['Hub_Id__c']).toMatch(/^[0-9a-f-]{36}$/)
  await scene.post('desk', { id: 'p1', eventId: 'e2', data: { ...person, last: 'Lee-Park' } })
  await scene.calm(30_000)
  expect(kim()).toMatchObject({ LastName: 'Lee-Park' })
  expect(contacts()).toHaveLength(2)
})

test("a poll that is the first to show our write in the org's own spelling brings no news", async () => {
  await scene.post('desk', {
    id: 'p7',
    eventId: 'e7',
    data: { mail: 'jan@example.com', first: 'Jan', last: 'de groot' },
  })
  await scene.calm(30_000)
  const jan = () => contacts().find(record => record['Email'] === 'jan@example.com')
  expect(jan()).toMatchObject({ LastName: 'De groot' })
  await pollNow(scene, 'crm')
  const polled = () =>
    scene.rows(
      `select 1 from event where remote_id = '${textAt(jan(), 'Id')}' and origin = 'poll' and state = 'processed'`,
    )
  await until(polled, rows => rows.length > 0, 40_000)
  await scene.calm(30_000)
  const [golden] = await scene.rows(
    `select fields ->> 'familyName' as name from golden_record where fields ->> 'email' = 'jan@example.com'`,
  )
  expect(golden).toEqual({ name: 'de groot' })
})

test('polls find what no message told: a change, a merge and a delete', async () => {
  const twin = sandbox.org.create('Contact', { FirstName: 'Kim', LastName: 'Lee', Email: 'k.lee@example.com' })
  const kim = contacts().find(record => record['Email'] === 'kim@example.com')
  if (!twin.ok) throw new Error(twin.message)
  await pollNow(scene, 'crm')
  await until(
    () => atDesk('k.lee@example.com'),
    record => record !== undefined,
    40_000,
  )
  const winner = textAt(kim, 'Id') ?? ''
  sandbox.org.merge('Contact', winner, twin.id)
  await pollNow(scene, 'crm')
  const aliases = () =>
    scene.rows<{ alias_of: string }>(
      `select alias_of from remote_record where remote_id = '${twin.id}' and alias_of is not null`,
    )
  await until(aliases, rows => rows.length > 0, 40_000)
  expect(await aliases()).toEqual([{ alias_of: winner }])
  sandbox.org.remove(winner)
  await pollNow(scene, 'crm')
  const deleted = () =>
    scene.rows(`select 1 from event where remote_id = '${winner}' and kind = 'delete' and state = 'processed'`)
  await until(deleted, rows => rows.length > 0, 40_000)
  await scene.calm(30_000)
  // The delete detaches Salesforce; it is not made again there, and the other system keeps its record.
  expect(contacts().map(record => record['Email'])).toEqual(['Ana@Example.com', 'jan@example.com'])
  expect(atDesk('kim@example.com') ?? atDesk('k.lee@example.com')).toBeDefined()
})
