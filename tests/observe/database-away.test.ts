import { beforeAll, expect, inject, test } from 'vitest'
import { SITE_AND_CRM, type Scene, startScene } from '../hub/scene.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { onServer } from '../support/server-databases.ts'
import { until } from '../support/until.ts'
import { scrape, total } from './samples.ts'

const server = inject('postgresUrl')
let scene: Scene
let database = ''

beforeAll(async () => {
  const connectors = ['site', 'crm'].map(name => createMemoryVendor(name).connector)
  scene = await startScene({ yaml: SITE_AND_CRM, connectors, mappings: { 'crm/contact.out': '{"mail": email}' } })
  database = new URL(scene.db.url).pathname.slice(1)
})

/** Lets nobody in, and throws out who is there; or lets them in again. */
async function allow(connections: boolean): Promise<void> {
  await onServer(server, `alter database ${database} with allow_connections ${connections}`)
  if (!connections)
    await onServer(server, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`)
}

test('a scrape is answered without the database, and says that it is away', async () => {
  const isUp = async (): Promise<number> => total(await scrape(scene.hub.url), 'patchbay_database_up')
  expect(await isUp()).toBe(1)
  await allow(false)
  await until(isUp, up => up === 0)
  const startedMs = performance.now()
  const samples = await scrape(scene.hub.url)
  expect(performance.now() - startedMs).toBeLessThan(5_000)
  // What was known stays, so that alerts still find the owners.
  expect(total(samples, 'patchbay_system_info', { system: 'crm' })).toBe(1)
  await allow(true)
  await until(isUp, up => up === 1, 20_000)
}, 60_000)
