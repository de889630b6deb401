import { expect, test } from 'vitest'
import { readEnvironment } from '#config/environment.ts'
import { parseConfig } from '#config/load.ts'
import { applyConfig, isOutdated } from '#store/applied-config.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { createTestDatabase } from '../support/postgres.ts'

const { database } = await createTestDatabase()
const connectors = new Map([['crm', createMemoryVendor('crm').connector]])

async function apply(yaml: string): Promise<{ revision: number; hash: string }> {
  const environment = readEnvironment({})
  if (!environment.ok) throw new Error(environment.problems.join('\n'))
  const result = parseConfig(yaml, 'patchbay.yaml', environment.environment, connectors)
  if (!result.ok) throw new Error(result.problems.map(problem => problem.message).join('\n'))
  return { revision: await applyConfig(database, result.config, result.raw, result.hash, 'test'), hash: result.hash }
}

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
