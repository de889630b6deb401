import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { readEnvironment } from '#config/environment.ts'
import { parseConfig } from '#config/load.ts'
import { applyConfig, isOutdated } from '#store/config/applied-config.ts'
import type { ConfigPart } from '#store/config/config-parts.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { createTestDatabase } from '../support/postgres.ts'

let parts: ConfigPart[] = []
const { database } = await createTestDatabase()
const connectors = new Map([['crm', createMemoryVendor('crm').connector]])

async function apply(yaml: string): Promise<{ revision: number; hash: string }> {
  const environment = readEnvironment({})
  if (!environment.ok) throw new Error(environment.problems.join('\n'))
  const result = parseConfig(yaml, 'patchbay.yaml', environment.environment, connectors)
  if (!result.ok) throw new Error(result.problems.map(problem => problem.message).join('\n'))
  return {
    revision: await applyConfig(database, result.config, result.raw, result.hash, 'test', { parts, newId: randomUUID }),
    hash: result.hash,
  }
}

beforeEach(() => {
  parts = []
})

const stateOf = async (name: string) =>
  await database.kysely.selectFrom('system').select(['state', 'changed_by']).where('name', '=', name).executeTakeFirst()

test('a configuration becomes a numbered revision, an older one is known as such, and systems that left are paused', async () => {
  const first = await apply('systems: { a: { connector: crm }, b: { connector: crm } }')
  expect(await apply('systems: { a: { connector: crm }, b: { connector: crm } }')).toEqual(first)
  const second = await apply('systems: { a: { connector: crm } }')
  expect(second.revision).toBe(first.revision + 1)
  expect(await isOutdated(database, first.hash)).toBe(true)
  expect(await isOutdated(database, second.hash)).toBe(false)
  expect(await isOutdated(database, 'never applied')).toBe(false)
  expect(await stateOf('b')).toEqual({ state: 'paused', changed_by: 'config' })
  await apply('systems: { a: { connector: crm }, b: { connector: crm } }')
  expect(await stateOf('b')).toMatchObject({ state: 'active' })
})

test('a part that changed is a new revision with a backfill for each of its entities; the first time nothing is compared', async () => {
  const yaml = 'systems: { a: { connector: crm } }'
  const part = (name: string, hash: string, entities: string[] = ['person']): ConfigPart => ({
    name,
    hash,
    whenNew: name.startsWith('route'),
    work: name.startsWith('policy') ? 'compute' : 'plan',
    entities,
  })
  const backfills = async () =>
    await database.kysely
      .selectFrom('backfill')
      .select(['kind', 'entity', 'cause', 'revision', 'done'])
      .orderBy('entity')
      .execute()
  parts = [part('route:a', '1'), part('policy', '1', ['person', 'account'])]
  const first = await apply(yaml)
  expect(await backfills()).toEqual([])
  await apply(yaml)
  expect(await backfills()).toEqual([])

  parts = [part('route:a', '2'), part('policy', '1', ['person', 'account'])]
  const second = await apply(yaml)
  expect(second).toEqual({ revision: first.revision + 1, hash: first.hash })
  const route = { kind: 'plan', entity: 'person', cause: 'route:a', revision: second.revision, done: 0 }
  expect(await backfills()).toEqual([route])

  // The one under way begins again with what is newer, and a route that came back is new.
  await database.kysely.updateTable('backfill').set({ done: 7, position: randomUUID() }).execute()
  parts = [part('policy', '2', ['person', 'account'])]
  await apply(yaml)
  parts = [part('route:a', '2'), part('policy', '2', ['person', 'account'])]
  const last = await apply(yaml)
  const policy = { kind: 'compute', cause: 'policy', revision: last.revision - 1, done: 0 }
  expect(await backfills()).toEqual([
    { ...policy, entity: 'account' },
    ...[
      { ...policy, entity: 'person' },
      { ...route, revision: last.revision },
    ].toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
  ])
})

test('a pull that failed is tried again after a start, also where nothing is polled by itself', async () => {
  const yaml = 'systems: { p: { connector: crm, objects: { contact: {}, company: {} } } }'
  await apply(yaml)
  await sql`update system_object set poll_due_at = now() + interval '1 hour', poll_failures = case object when 'contact' then 2 else 0 end
    where system = 'p'`.execute(database.kysely)
  await apply(yaml)
  const rows = await sql<{ object: string; due: boolean }>`
    select object, poll_due_at is not null as due from system_object where system = 'p' order by object`.execute(
    database.kysely,
  )
  expect(rows.rows).toEqual([
    { object: 'company', due: false },
    { object: 'contact', due: true },
  ])
})
