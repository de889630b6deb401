import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { Hub, HubOptions } from '#app.ts'
import { startTestHub, until } from '../../support/hub.ts'
import { createMemoryVendor, type MemoryVendor } from '../../support/memory-connector.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { redisSkipReason, startTestRedis } from '../../support/redis.ts'
import { openWork } from '../open-work.ts'
import { sceneOf } from '../scene.ts'

const YAML = `
systems:
  site: { connector: site, objects: { contact: {}, company: {} } }
  crm: { connector: crm, objects: { contact: {}, company: {} } }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: account, system: crm, object: company }
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: desk, object: contact }
`
const MAPPINGS = {
  'site/contact.in': `{"person": {"email": mail, "givenName": name, "account": {"$ref": {"object": "company", "id": company}}}}`,
  'site/company.in': '{"account": {"name": name}}',
  'crm/company.out': '{"ext": $id, "name": name}',
  'crm/contact.out': '{"ext": $id, "mail": email, "name": givenName, "company": $links.account.remoteId}',
  'desk/contact.out': '{"ext": $id, "mail": email, "name": givenName}',
}
const CUSTOMERS = 200
const COMPANIES = 20

interface Cluster {
  db: TestDatabase
  hubs: Hub[]
  crm: MemoryVendor
  desk: MemoryVendor
}

/** Processes of one cluster, as far as they can be such in one process: each with pools, gates and queue of its own. */
async function startCluster(roles: readonly HubOptions['role'][], redisUrl?: string): Promise<Cluster> {
  const db = await createTestDatabase()
  const site = createMemoryVendor('site')
  const crm = createMemoryVendor('crm')
  const desk = createMemoryVendor('desk')
  const slowly = async (): Promise<undefined> => {
    await new Promise(resolve => setTimeout(resolve, Math.random() * 10))
    return undefined
  }
  crm.answer = slowly
  desk.answer = slowly
  const hubs: Hub[] = []
  for (const role of roles) {
    hubs.push(
      await startTestHub({
        databaseUrl: db.url,
        yaml: YAML,
        connectors: [site.connector, crm.connector, desk.connector],
        mappings: MAPPINGS,
        overrides: { ...(role === undefined ? {} : { role }), redisUrl },
      }),
    )
  }
  return { db, hubs, crm, desk }
}

/** Two versions of every customer and their companies, through whichever process takes webhooks. */
async function traffic({ hubs, db }: Cluster, on: (sent: number) => Promise<void> = async () => {}): Promise<void> {
  const [gateway] = hubs
  if (gateway === undefined) throw new Error('the cluster has no process')
  const { post } = sceneOf(gateway, db)
  const batches = [1, 2].flatMap(version =>
    Array.from({ length: CUSTOMERS / 10 }, (_, batch) =>
      Array.from({ length: 10 }, (__, n) => {
        const customer = batch * 10 + n
        const data = {
          mail: `c${customer}@example.com`,
          name: `Version ${version}`,
          company: `a${customer % COMPANIES}`,
        }
        return { id: `s${customer}`, eventId: `${customer}-${version}`, at: `2026-01-0${version}T00:00:00Z`, data }
      }),
    ),
  )
  const companies = Array.from({ length: COMPANIES }, (_, n) => ({
    object: 'company',
    id: `a${n}`,
    data: { name: `Company ${n}` },
  }))
  for (const [index, events] of [...batches, companies].entries()) {
    expect((await post('site', events)).status).toBe(202)
    // A vendor that had no answer in time sends again.
    if (index % 5 === 0) await post('site', events)
    await on(index)
  }
}

async function expectConverged({ hubs, db, crm, desk }: Cluster, more = 0): Promise<void> {
  const [first] = hubs
  if (first === undefined) throw new Error('the cluster has no process')
  const { rows } = sceneOf(first, db)
  await until(
    () => openWork(rows),
    open => open.length === 0,
    30_000,
  )
  const events = await rows<{ state: string; n: number }>(
    `select case when reason = 'duplicate' then reason else state end as state, count(distinct (object, remote_id, vendor_event_id))::int as n
     from event group by 1 order by 1`,
  )
  expect(events.find(({ state }) => state === 'processed')).toEqual({
    state: 'processed',
    n: 2 * CUSTOMERS + COMPANIES + more,
  })
  expect(events.filter(({ state }) => !['processed', 'duplicate'].includes(state))).toEqual([])
  const people = await rows<{ id: string }>(
    `select id from golden_record where entity = 'person' and state = 'active' order by id`,
  )
  expect(people).toHaveLength(CUSTOMERS + more)
  const held = (vendor: MemoryVendor): unknown[] =>
    [...vendor.records.values()].filter(record => record['mail'] !== undefined).map(record => record['ext'])
  for (const vendor of [crm, desk]) {
    expect(held(vendor)).toHaveLength(CUSTOMERS + more)
    expect(new Set(held(vendor))).toEqual(new Set(people.map(person => person.id)))
    const names = [...vendor.records.values()]
      .filter(record => record['mail'] !== undefined)
      .map(record => record['name'])
    expect(new Set(names)).toEqual(new Set(['Version 2']))
  }
  const companies = new Map([...crm.records].filter(([, record]) => record['mail'] === undefined))
  expect(companies.size).toBe(COMPANIES)
  for (const record of crm.records.values()) {
    if (record['mail'] !== undefined) expect([...companies.keys()]).toContain(record['company'])
  }
}

describe('several processes on one database', () => {
  test.each<[string, HubOptions['role'][]]>([
    ['one that does all and a worker beside it', ['all', 'worker']],
    ['a gateway and two workers', ['gateway', 'worker', 'worker']],
  ])('%s: everything once, in order, in every system', { timeout: 60_000 }, async (_name, roles) => {
    const cluster = await startCluster(roles)
    await traffic(cluster)
    await expectConverged(cluster)
  })

  test('a worker that leaves in mid-traffic leaves nothing behind', { timeout: 60_000 }, async () => {
    const cluster = await startCluster(['gateway', 'worker', 'worker'])
    await traffic(cluster, async sent => {
      if (sent === 20) await cluster.hubs[2]?.stop()
    })
    await expectConverged(cluster)
  })
})

describe('several processes with their queue on Redis', () => {
  if (redisSkipReason !== undefined) {
    test.skip(redisSkipReason, () => {})
    return
  }

  test(
    'Redis is wiped in mid-traffic: work goes on in less than ten seconds and nothing is lost',
    { timeout: 60_000 },
    async () => {
      const redis = await startTestRedis()
      const cluster = await startCluster(['gateway', 'worker', 'worker'], redis.url)
      const [gateway] = cluster.hubs
      if (gateway === undefined) throw new Error('the cluster has no process')
      const client = new Redis(redis.url)
      client.on('error', () => {})
      const pauses: number[] = []
      try {
        await traffic(cluster, async sent => {
          if (sent % 12 !== 5) return
          await client.flushall()
          const wipedAt = performance.now()
          const mail = `wiped${sent}@example.com`
          const data = { mail, name: 'Version 2', company: 'a1' }
          await sceneOf(gateway, cluster.db).post('site', { id: mail, eventId: mail, data })
          await until(() => [...cluster.desk.records.values()].some(record => record['mail'] === mail), Boolean)
          pauses.push(performance.now() - wipedAt)
        })
        await expectConverged(cluster, pauses.length)
        expect(pauses.length).toBeGreaterThan(2)
        expect(Math.max(...pauses)).toBeLessThan(10_000)
      } finally {
        client.disconnect()
        await Promise.all(cluster.hubs.map(hub => hub.stop()))
        await redis.stop()
      }
    },
  )

  test('Redis dies and comes back empty: what is sent meanwhile arrives after it', { timeout: 60_000 }, async () => {
    const redis = await startTestRedis()
    const cluster = await startCluster(['all', 'worker'], redis.url)
    try {
      await traffic(cluster, async sent => {
        if (sent === 10) await redis.kill()
        if (sent === 30) await redis.start()
      })
      await expectConverged(cluster)
    } finally {
      await Promise.all(cluster.hubs.map(hub => hub.stop()))
      await redis.stop()
    }
  })
})
