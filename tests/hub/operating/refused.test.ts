import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { createHubKey } from '#config/key.ts'
import { signStandardWebhook } from '#connector/standard-webhooks.ts'
import { connectorNamed, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { type Scene, startScene } from '../scene.ts'

const RIGHT = `whsec_${randomBytes(24).toString('base64')}`
const WRONG = `whsec_${randomBytes(24).toString('base64')}`
const YAML = `
limits: { refusedKeptPerSystem: 5 }
systems:
  site:
    connector: webhook
    settings: { in: { events: { types: { 'contact.*': { object: contact } } } } }
    secrets: { webhookSecret: env:SITE_SECRET }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: person, system: desk, object: contact }
`
const MAPPINGS = {
  'site/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'desk/contact.out': '{"ext": $id, "mail": email, "name": givenName}',
}

describe('requests that were refused', () => {
  const desk = createMemoryVendor('desk')
  // Sealed under the hub's key, which outlives a restart.
  const key = createHubKey([randomBytes(32)])
  let db: TestDatabase
  let scene: Scene

  const startWith = async (secret: string): Promise<Scene> =>
    await startScene(
      {
        yaml: YAML,
        env: { SITE_SECRET: secret },
        connectors: [await connectorNamed('webhook'), desk.connector],
        mappings: MAPPINGS,
        overrides: { key },
      },
      db,
    )
  async function send(id: string): Promise<number> {
    const body = JSON.stringify({ type: 'contact.new', data: { id, mail: `${id}@example.com`, name: id } })
    const headers = {
      'content-type': 'application/json',
      ...signStandardWebhook(`msg_${id}`, Date.now(), body, [RIGHT]),
    }
    return (await fetch(`${scene.hub.url}/in/site`, { method: 'POST', body, headers })).status
  }
  const kept = () =>
    scene.rows<{ code: string; sealed: Buffer }>('select code, sealed from refused_request order by id')

  beforeAll(async () => {
    db = await createTestDatabase()
    scene = await startWith(WRONG)
  })

  test('are kept sealed, the newest of each system only', async () => {
    for (let n = 0; n < 9; n += 1) expect(await send(`r${n}`)).toBe(401)
    const rows = await until(kept, list => list.length === 5)
    expect(rows.map(row => row.code)).toEqual(Array(5).fill('signature_wrong'))
    expect(rows.some(row => row.sealed.includes('example.com'))).toBe(false)
    expect(await scene.rows('select id from event')).toEqual([])
  })

  test('another try with the same secret refuses them again and loses none', async () => {
    expect(await createActions(scene.hub).verifyRefused('site')).toEqual({ accepted: 0, refused: 5 })
    expect(await kept()).toHaveLength(5)
  })

  test('are taken after the secret was corrected, each once', async () => {
    await scene.hub.stop()
    scene = await startWith(RIGHT)
    const actions = createActions(scene.hub)
    expect(await actions.verifyRefused('site')).toEqual({ accepted: 5, refused: 0 })
    await scene.calm()
    expect(new Set([...desk.records.values()].map(record => record['name']))).toEqual(
      new Set(['r4', 'r5', 'r6', 'r7', 'r8']),
    )
    expect(await kept()).toEqual([])
    expect(await actions.verifyRefused('site')).toEqual({ accepted: 0, refused: 0 })
    // The sender's own retry is the same event.
    expect(await send('r8')).toBe(202)
    await scene.calm()
    expect(await scene.rows(`select reason from event where state = 'ignored'`)).toEqual([{ reason: 'duplicate' }])
  })
})
