import { afterAll, beforeAll, expect, it } from 'vitest'
import { createActions } from '#app/actions.ts'
import { secretOf } from '#connector/sandbox.ts'
import type { JsonObject } from '#model/json.ts'
import type { ObjectName } from '../../../connectors/zendesk/objects.ts'
import { startSandbox, type ZendeskSandbox } from '../../../connectors/zendesk/sandbox.ts'
import { startScene, type Scene } from '../../hub/scene.ts'
import { connectorNamed } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { until } from '../../support/until.ts'
import { settleWith } from '../hub-acts.ts'
import { repositoryMappings } from '../repository-mappings.ts'

/** A whole hub between Zendesk and another system, both ways, over real HTTP and by the mappings of the repository. */
const crm = createMemoryVendor('crm')
let sandbox: ZendeskSandbox
let scene: Scene

beforeAll(async () => {
  sandbox = await startSandbox()
  scene = await startScene({
    yaml: `
hub: { defaultCountry: DE }
limits: { shards: 1 }
systems:
  zendesk:
    connector: zendesk
    settings: ${JSON.stringify(sandbox.settings)}
    secrets: { email: env:EMAIL, apiToken: env:TOKEN, webhookSecret: env:SECRET }
    objects: { user: { pollEvery: 1h }, organization: {}, ticket: {} }
    limits: { perSecond: 100 }
  crm: { connector: crm, objects: { contact: {}, company: {}, order: {} } }
routes:
  - { entity: account, system: zendesk, object: organization }
  - { entity: person, system: zendesk, object: user }
  - { entity: account, system: crm, object: company }
  - { entity: person, system: crm, object: contact }
  - { entity: ticket, system: crm, object: order }
`,
    connectors: [await connectorNamed('zendesk'), crm.connector],
    env: {
      EMAIL: secretOf(sandbox, 'email'),
      TOKEN: secretOf(sandbox, 'apiToken'),
      SECRET: secretOf(sandbox, 'webhookSecret'),
    },
    mappings: {
      ...repositoryMappings('zendesk'),
      'crm/contact.in':
        '{"person": {"email": mail, "givenName": first, "familyName": last, "account": company ? {"$ref": {"object": "company", "id": company}}}}',
      'crm/company.in': '{"account": {"name": name, "domain": domain}}',
      'crm/contact.out': '{"mail": email, "first": givenName, "last": familyName, "company": $links.account.remoteId}',
      'crm/company.out': '{"name": name, "domain": domain}',
      'crm/order.out':
        '{"number": number, "subject": subject, "status": status, "rating": satisfaction.rating, "contact": $links.person.remoteId}',
    },
  })
  sandbox.account.webhooks.listen(`${scene.hub.url}/in/zendesk`)
})
afterAll(() => sandbox.close())

const settle = () => settleWith(scene, () => sandbox.account.webhooks.flush())

function enter(object: ObjectName, fields: JsonObject) {
  const written = sandbox.account.write(object, undefined, fields)
  if ('refused' in written) throw new Error(written.refused.description)
  return written.record
}

const post = (id: string, data: JsonObject, object = 'contact') =>
  scene.post('crm', [{ type: `${object}.updated`, object, id, eventId: `${id}-${Date.now()}`, at: Date.now(), data }])
const inCrm = (mail: string) => [...crm.records].find(([, record]) => record['mail'] === mail)
const inZendesk = (email: string) => sandbox.records('user').filter(user => user['email'] === email)

it('brings a user, the organization and a rated ticket to the other system', async () => {
  const organization = enter('organization', { name: 'Example GmbH', domain_names: ['example.de'] })
  const user = enter('user', { name: 'Ana Silva', email: 'Ana@Example.de', organization_id: organization.id })
  enter('user', { name: 'Agent', email: 'agent@example.com', role: 'agent' })
  const ticket = enter('ticket', {
    subject: 'Invoice',
    comment: { body: 'It says 10.' },
    requester_id: user.id,
    status: 'solved',
  })
  sandbox.account.rate(ticket, { score: 'good', comment: 'Fast!' })
  await settle()
  const company = [...crm.records].find(([, record]) => record['name'] === 'Example GmbH')?.[0]
  const [contact, record] = inCrm('ana@example.de') ?? []
  expect(record).toMatchObject({ first: 'Ana', last: 'Silva', company })
  expect(inCrm('agent@example.com')).toBeUndefined()
  const order = [...crm.records.values()].find(one => one['number'] === String(ticket.id))
  expect(order).toMatchObject({ subject: 'Invoice', status: 'solved', rating: 'good', contact })
})

it('writes an edit of the other system to Zendesk, and takes its report for an echo', async () => {
  const [id = ''] = inCrm('ana@example.de') ?? []
  await post(id, { mail: 'ana@example.de', first: 'Anna', last: 'Silva' })
  await settle()
  expect(inZendesk('ana@example.de')).toMatchObject([{ name: 'Anna Silva' }])
  const before = crm.writes.length
  await settle()
  expect(crm.writes).toHaveLength(before)
})

it("creates the other system's people, and links one that Zendesk already had", async () => {
  await post('p1', { mail: 'new@example.de', first: 'Neu', last: 'Mann' })
  const known = enter('user', { name: 'Old Name', email: 'old@example.de' })
  await post('p2', { mail: 'old@example.de', first: 'Old', last: 'Name' })
  await settle()
  expect(inZendesk('new@example.de')).toMatchObject([{ name: 'Neu Mann', skip_verify_email: true }])
  expect(inZendesk('old@example.de')).toMatchObject([{ id: known.id }])
})

it('writes many new people by jobs', async () => {
  const people = Array.from({ length: 12 }, (_, index) => `many-${index}@example.de`)
  const actions = createActions(scene.hub)
  await actions.pauseSystem('zendesk', 'maintenance', 'test')
  await Promise.all(people.map((mail, index) => post(`m${index}`, { mail, first: 'Many', last: String(index) })))
  await until(
    () => scene.rows(`select from delivery where system = 'zendesk' and state = 'pending'`),
    waiting => waiting.length >= people.length,
  )
  await actions.resumeSystem('zendesk', 'test')
  await until(
    () => people.filter(mail => inZendesk(mail).length === 1).length,
    count => count === people.length,
    30_000,
  )
  await settle()
  expect(people.map(mail => inZendesk(mail).length)).toEqual(people.map(() => 1))
  const jobs = await scene.rows(
    `select from attempt where system = 'zendesk' and outcome = 'submitted' and operation = 'upsert'`,
  )
  expect(jobs.length).toBeGreaterThan(0)
})

it('merges what Zendesk merged, and finds by a poll what no webhook told', async () => {
  const survivor = enter('user', { name: 'One', email: 'one@example.de' })
  const loser = enter('user', { name: 'Two', email: 'two@example.de' })
  await settle()
  sandbox.account.merge('user', loser, survivor)
  await settle()
  const [alias] = await scene.rows<{ alias_of: string }>(
    `select alias_of from remote_record where system = 'zendesk' and object = 'user' and remote_id = '${loser.id}'`,
  )
  expect(alias).toEqual({ alias_of: String(survivor.id) })
  sandbox.account.webhooks.listen('http://127.0.0.1:9/nobody')
  enter('user', { name: 'Missed Call', email: 'missed@example.de' })
  await scene.rows(`update system_object set poll_due_at = now() where system = 'zendesk' and object = 'user'`)
  await until(
    () => inCrm('missed@example.de'),
    found => found !== undefined,
    20_000,
  )
})
