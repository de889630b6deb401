import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { ConfigResult } from '#config/config.ts'
import { readEnvironment } from '#config/environment.ts'
import { createHubKey } from '#config/key.ts'
import { parseConfig } from '#config/load.ts'
import type { JsonObject } from '#model/json.ts'
import { createLog } from '#observe/log.ts'
import { createToken } from '#console/tokens.ts'
import { startTestHub, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { createTestDatabase } from '../../support/postgres.ts'
import { openConsole } from '../console.ts'

const OLD = 'systems: { crm: { connector: crm } }'
const NEW = 'systems: { crm: { connector: crm }, erp: { connector: crm, settings: { token: x } } }'
const crm = createMemoryVendor('crm')
const key = createHubKey([randomBytes(32)])

/** Reads an applied revision as the command line does, on a free port. */
function readConfig(content: JsonObject): ConfigResult {
  const environment = readEnvironment({})
  if (!environment.ok) throw new Error('no environment')
  const connectors = new Map([['crm', crm.connector]])
  const result = parseConfig(JSON.stringify(content), '/nowhere/patchbay.yaml', environment.environment, connectors)
  return result.ok ? { ...result, config: { ...result.config, hub: { ...result.config.hub, port: 0 } } } : result
}

async function startProcesses() {
  const db = await createTestDatabase()
  const file = join(mkdtempSync(join(tmpdir(), 'patchbay-config-')), 'patchbay.log')
  const log = createLog({ level: 'info', file })
  const said = (): string => readFileSync(file, 'utf8')
  const start = (yaml: string) =>
    startTestHub({
      databaseUrl: db.url,
      yaml,
      connectors: [crm.connector],
      mappings: {},
      overrides: {
        log,
        key,
        readConfig,
        console: openConsole,
      },
    })
  return { db, start, said }
}

test('a process with an older file follows the newest revision while others run it, and says so', async () => {
  const { db, start, said } = await startProcesses()
  const first = await start(OLD)
  const second = await start(NEW)
  await until(said, text => text.includes('a newer configuration was applied by another process'))

  const { value } = await createToken(db.database.kysely, { id: second.ids.uuid(), name: 'test', scopes: ['read'] })
  const reply = await fetch(`${second.url}/api/v1/stats`, { headers: { authorization: `Bearer ${value}` } })
  expect(await reply.json()).toMatchObject({ config: { newest: 2, processes: [{ revision: 1 }, { revision: 2 }] } })

  await first.stop()
  const late = await start(OLD)
  expect(late.followed).toBe(2)
  expect([...late.systems.keys()]).toEqual(['crm', 'erp'])
  await until(said, text => text.includes('the configuration file is older than the applied one, which is followed'))
  const numbers = await sql<{ number: number }>`select number from config_revision`.execute(db.database.kysely)
  expect(numbers.rows).toHaveLength(2)
  const erp = await sql<{ state: string }>`select state from system where name = 'erp'`.execute(db.database.kysely)
  expect(erp.rows).toEqual([{ state: 'active' }])
  await Promise.all([second.stop(), late.stop()])
})

test('a lone process applies its own file, also an older one and also after others were killed', async () => {
  const { db, start, said } = await startProcesses()
  await (await start(OLD)).stop()
  await (await start(NEW)).stop()
  // What a killed process of this machine leaves behind: a fresh heartbeat and a process that is no more.
  await sql`insert into process (id, roles, host, pid, config_revision)
    values (gen_random_uuid(), '{all}', ${hostname()}, 999999999, 2)`.execute(db.database.kysely)
  const lone = await start(OLD)
  expect(lone.followed).toBeUndefined()
  expect([...lone.systems.keys()]).toEqual(['crm'])
  await until(said, text => text.includes('it is replaced by this one again'))
  await lone.stop()
})

test('a process that cannot read the newest revision says what it lacks, and does not start', async () => {
  const { start } = await startProcesses()
  await (await start(OLD)).stop()
  const other = await start(`${OLD.slice(0, -1)}, new: { connector: crm, secrets: {}, settings: { token: y } } }`)
  await other.database.kysely
    .updateTable('config_revision')
    .set({ content: JSON.stringify({ systems: { crm: { connector: 'unheard-of' } } }) })
    .where('number', '=', 2)
    .execute()
  await expect(start(OLD)).rejects.toMatchObject({
    code: 'config_outdated',
    message: expect.stringContaining('unheard-of'),
  })
  await other.stop()
})
