import { sql } from 'kysely'
import { type Scene, startScene } from '../hub/scene.ts'
import { createMemoryVendor, type MemoryVendor } from '../support/memory-connector.ts'

const YAML = `
teams: { web: { title: Web }, sales: { title: Sales } }
systems:
  site: { connector: site, team: web, objects: { contact: { pollEvery: 1h } }, credentialsExpire: 2030-01-31 }
  crm: { connector: crm, team: sales, objects: { contact: {} }, limits: { perDay: 5000 } }
routes:
  - { entity: person, system: crm, object: contact }
policy: { survivorship: { person: { givenName: { rule: priority, systems: [site, crm] } } } }
`

/** A hub to which every kind of thing has happened once. */
export interface BusyHub {
  scene: Scene
  crm: MemoryVendor
}

export const contact = (id: string, eventId: string, data: unknown) => ({
  type: 'contact.changed',
  object: 'contact',
  id,
  eventId,
  data,
})

export async function startBusyHub(): Promise<BusyHub> {
  const site = createMemoryVendor('site')
  const crm = createMemoryVendor('crm')
  const scene = await startScene({
    yaml: YAML,
    connectors: [site.connector, crm.connector],
    mappings: {
      'site/contact.in': `{"person": {"email": mail, "givenName": first, "leadSource": source, "role": "lead", "leadStatus": "new"}}`,
      'crm/contact.out': `{"mail": email, "first": givenName}`,
      'crm/contact.in': `{"person": {"email": mail, "givenName": first}}`,
    },
  })
  const ana = contact('1', 'e1', { mail: 'ana@example.com', first: 'Ana', source: 'Fair' })
  await scene.post('site', [ana])
  await scene.post('site', [ana])
  // Another record of the same person: a link, and nothing new to write.
  await scene.post('site', [contact('2', 'e2', { mail: 'ana@example.com', first: 'Ana' })])
  // What the model refuses.
  await scene.post('site', [contact('3', 'e3', { mail: 7, first: 'Bo' })])
  await fetch(`${scene.hub.url}/in/site`, { method: 'POST', headers: { 'x-token': 'wrong' }, body: '[]' })
  await fetch(`${scene.hub.url}/in/no-such-system-${'x'.repeat(200)}`, { method: 'POST', body: '{}' })
  await scene.calm()
  // The CRM repeats what it was told.
  const [written] = crm.records.keys()
  await scene.post('crm', [contact(written ?? '', 'c1', { mail: 'ana@example.com', first: 'Ana' })])
  await scene.calm()
  await addTickets(scene)
  return { scene, crm }
}

/** Golden records as a helpdesk would have made them. */
async function addTickets(scene: Scene): Promise<void> {
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
  const tickets = [
    { status: 'open', channel: 'email', openedAt: ago(30), firstResponseAt: ago(29) },
    { status: 'new', channel: 'email', openedAt: ago(0.5) },
    {
      status: 'solved',
      channel: 'chat',
      openedAt: ago(50),
      firstResponseAt: ago(48),
      satisfaction: { rating: 'good' },
    },
  ]
  for (const fields of tickets) {
    await sql`
      insert into golden_record (id, entity, fields, provenance) values (${scene.hub.ids.uuid()}, 'ticket', ${JSON.stringify(fields)}::jsonb, '{}')
    `.execute(scene.db.database.kysely)
  }
}
