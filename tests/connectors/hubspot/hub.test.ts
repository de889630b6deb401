import { afterAll, beforeAll, expect, it } from 'vitest'
import { secretOf } from '#connector/sandbox.ts'
import { startSandbox, type HubspotSandbox } from '../../../connectors/hubspot/sandbox.ts'
import { startScene, type Scene } from '../../hub/scene.ts'
import { connectorNamed } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { until } from '../../support/until.ts'
import { settleWith } from '../hub-acts.ts'
import { repositoryMappings } from '../repository-mappings.ts'

/** A whole hub between HubSpot and another system, both ways, over real HTTP and by the mappings of the repository. */
const desk = createMemoryVendor('desk')
const PUBLIC_URL = 'https://hub.example.com'
let sandbox: HubspotSandbox
let scene: Scene

beforeAll(async () => {
  sandbox = await startSandbox()
  scene = await startScene({
    yaml: `
hub: { publicUrl: '${PUBLIC_URL}', defaultCountry: DE }
systems:
  hubspot:
    connector: hubspot
    author: '9911'
    settings: ${JSON.stringify(sandbox.settings)}
    secrets: { accessToken: env:TOKEN, webhookSecret: env:SECRET }
    objects: { contact: { pollEvery: 1h }, company: {}, deal: {} }
  desk: { connector: desk, objects: { contact: {}, company: {} } }
routes:
  - { entity: account, system: hubspot, object: company }
  - { entity: person, system: hubspot, object: contact }
  - { entity: account, system: desk, object: company }
  - { entity: person, system: desk, object: contact }
`,
    connectors: [await connectorNamed('hubspot'), desk.connector],
    env: { TOKEN: secretOf(sandbox, 'accessToken'), SECRET: secretOf(sandbox, 'webhookSecret') },
    mappings: {
      ...repositoryMappings('hubspot'),
      'desk/contact.in':
        '{"person": {"email": mail, "givenName": first, "jobTitle": job, "account": company ? {"$ref": {"object": "company", "id": company}}}}',
      'desk/company.in': '{"account": {"name": name, "domain": domain}}',
      'desk/contact.out':
        '{"ext": $id, "mail": email, "first": givenName, "job": jobTitle, "company": $links.account.remoteId}',
      'desk/company.out': '{"ext": $id, "name": name, "domain": domain}',
    },
  })
  sandbox.listen(`${scene.hub.url}/in/hubspot`, `${PUBLIC_URL}/in/hubspot`)
})
afterAll(() => sandbox.close())

const settle = () => settleWith(scene, () => sandbox.account.webhooks.flush())

function enter(object: 'contact' | 'company', properties: Record<string, string>): string {
  const written = sandbox.account.write(object, undefined, properties, 'person')
  if ('refused' in written) throw new Error(written.refused.message)
  return written.record.id
}

async function contactWrites(): Promise<number> {
  const rows = await scene.rows(
    `select from attempt where system = 'hubspot' and object = 'contact' and operation = 'upsert'`,
  )
  return rows.length
}

async function aliasOf(contact: string): Promise<string | undefined> {
  const rows = await scene.rows<{ alias_of: string }>(
    `select alias_of from remote_record where system = 'hubspot' and object = 'contact' and remote_id = '${contact}'`,
  )
  return rows[0]?.alias_of
}

const inDesk = (mail: string) => [...desk.records.values()].find(record => record['mail'] === mail)
const inHubspot = (email: string) => sandbox.records('contact').find(record => record['email'] === email)

it('brings a contact and its company to the other system', async () => {
  const company = enter('company', { name: 'Example GmbH', domain: 'example.de' })
  const contact = enter('contact', {
    email: 'Ana@Example.de',
    firstname: 'Ana',
    jobtitle: 'Buyer',
    phone: '030 123456',
  })
  sandbox.account.associate({ object: 'contact', id: contact }, { object: 'company', id: company }, 1, 'person')
  await settle()
  const deskCompany = [...desk.records].find(([, record]) => record['name'] === 'Example GmbH')?.[0]
  expect(inDesk('ana@example.de')).toMatchObject({ first: 'Ana', job: 'Buyer', company: deskCompany })
})

it('writes an edit of the other system to HubSpot, once, and takes its report for an echo', async () => {
  const before = await contactWrites()
  const [id] = [...desk.records].find(([, record]) => record['mail'] === 'ana@example.de') ?? []
  await scene.post('desk', [
    {
      type: 'contact.updated',
      object: 'contact',
      id,
      eventId: 'd1',
      at: Date.now(),
      data: { mail: 'ana@example.de', first: 'Anna', job: 'Buyer' },
    },
  ])
  await settle()
  expect(inHubspot('ana@example.de')).toMatchObject({ firstname: 'Anna', phone: '030 123456' })
  expect(await contactWrites()).toBe(before + 1)
})

it("creates the other system's people by the hub's own id, with their company", async () => {
  const [company] = [...desk.records].find(([, record]) => record['name'] === 'Example GmbH') ?? []
  await scene.post('desk', [
    {
      type: 'contact.created',
      object: 'contact',
      id: 'p9',
      eventId: 'd2',
      at: Date.now(),
      data: { mail: 'new@example.de', first: 'Neu', company },
    },
  ])
  await settle()
  const made = inHubspot('new@example.de')
  const hubCompany = sandbox.records('company')[0]
  expect(made).toMatchObject({ firstname: 'Neu', associatedcompanyid: hubCompany?.['id'] })
  expect(made?.['patchbay_id']).toMatch(/^[0-9a-f-]{36}$/)
  expect(sandbox.records('contact')).toHaveLength(2)
})

it('links a contact that HubSpot already had instead of creating another', async () => {
  sandbox.listen('http://127.0.0.1:9/nobody')
  enter('contact', { email: 'old@example.de', firstname: 'Old' })
  await scene.post('desk', [
    {
      type: 'contact.created',
      object: 'contact',
      id: 'p10',
      eventId: 'd3',
      at: Date.now(),
      data: { mail: 'old@example.de', first: 'Older' },
    },
  ])
  await scene.calm(20_000)
  expect(sandbox.records('contact').filter(record => record['email'] === 'old@example.de')).toHaveLength(1)
})

it('merges what HubSpot merged', async () => {
  sandbox.account.webhooks.drop()
  sandbox.listen(`${scene.hub.url}/in/hubspot`, `${PUBLIC_URL}/in/hubspot`)
  const survivor = enter('contact', { email: 'one@example.de', firstname: 'One' })
  const loser = enter('contact', { email: 'two@example.de', firstname: 'Two' })
  await settle()
  expect(inDesk('two@example.de')).toBeDefined()
  sandbox.account.merge('contact', survivor, loser, 'person')
  await settle()
  expect(await aliasOf(loser)).toBe(survivor)
})

it('withdraws what HubSpot said of a contact that was deleted for privacy, and creates it no more', async () => {
  const id = enter('contact', { email: 'private@example.de', firstname: 'Private' })
  await settle()
  sandbox.account.archive('contact', id, 'person', 'privacyDeletion')
  await settle()
  const [row] = await scene.rows<{ gone: boolean }>(
    `select tombstone_at is not null as gone from remote_record where system = 'hubspot' and object = 'contact' and remote_id = '${id}'`,
  )
  expect(row).toEqual({ gone: true })
  expect(inHubspot('private@example.de')).toBeUndefined()
})

it('finds by a poll what no webhook told: a new contact, and a merge', async () => {
  const survivor = enter('contact', { email: 'stays@example.de', firstname: 'Stays' })
  const loser = enter('contact', { email: 'goes@example.de', firstname: 'Goes' })
  await settle()
  sandbox.listen('http://127.0.0.1:9/nobody')
  sandbox.account.merge('contact', survivor, loser, 'person')
  enter('contact', { email: 'missed@example.de', firstname: 'Missed' })
  await scene.rows(`update system_object set poll_due_at = now() where system = 'hubspot' and object = 'contact'`)
  await until(
    () => inDesk('missed@example.de'),
    found => found !== undefined,
    20_000,
  )
  await scene.calm(20_000)
  expect(await aliasOf(loser)).toBe(survivor)
})
