import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { until } from '../support/hub.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { type Scene, startScene } from '../hub/scene.ts'

describe('acknowledged means durable', () => {
  let scene: Scene

  beforeAll(async () => {
    const shop = createMemoryVendor('shop')
    scene = await startScene({
      yaml: 'systems: { shop: { connector: shop, objects: { contact: {} } } }',
      connectors: [shop.connector],
      mappings: {},
    })
  })

  const waiting = (): Promise<{ pid: number }[]> =>
    scene.rows(`select l.pid from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where not l.granted and a.datname = current_database() and a.query like '%insert into request%'`)

  test('there is no answer before the commit', async () => {
    let answered = false
    const reply = await scene.db.database.transaction(async tx => {
      await sql`lock table request in access exclusive mode`.execute(tx)
      const sent = scene.post('shop', { id: '1', data: {} }).finally(() => (answered = true))
      await until(waiting, rows => rows.length > 0)
      expect(answered).toBe(false)
      return { sent }
    })
    expect((await reply.sent).status).toBe(202)
    expect(await scene.rows(`select count(*)::int as n from event`)).toEqual([{ n: 1 }])
  })

  test('what could not be committed is answered 503 and asked for again', async () => {
    const reply = await scene.db.database.transaction(async tx => {
      await sql`lock table request in access exclusive mode`.execute(tx)
      const sent = scene.post('shop', { id: '2', data: {} })
      const [blocked] = await until(waiting, rows => rows.length > 0)
      await scene.rows(`select pg_terminate_backend(${blocked?.pid ?? 0})`)
      return { sent: await sent }
    })
    expect(reply.sent.status).toBe(503)
    expect(reply.sent.headers.get('retry-after')).toBe('5')
    expect(await scene.rows(`select count(*)::int as n from event`)).toEqual([{ n: 1 }])
    expect((await scene.post('shop', { id: '2', data: {} })).status).toBe(202)
  })
})
