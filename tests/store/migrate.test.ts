import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { type Migration, migrate, readMigrations } from '#store/migrate.ts'
import { onServer, urlOf } from '../support/server-databases.ts'

const server = inject('postgresUrl')
let name = ''
let url = ''

beforeEach(async () => {
  name = `t_${randomUUID().replaceAll('-', '')}`
  url = urlOf(server, name)
  await onServer(server, `create database ${name}`)
})
afterEach(() => onServer(server, `drop database ${name} with (force)`))

const one: Migration = {
  version: 1,
  name: 'one',
  hash: 'h1',
  sql: 'create table one (id int); create table two (id int)',
}
const broken: Migration = { version: 2, name: 'broken', hash: 'h2', sql: 'create table three (id int); select 1 / 0' }

test('the built-in migrations apply once; a second run finds nothing to do', async () => {
  const versions = readMigrations().map(migration => migration.version)
  expect(await migrate(url)).toEqual(versions)
  expect(await migrate(url)).toEqual([])
})

test('two processes that start at once apply each migration once', async () => {
  const results = await Promise.all([migrate(url, [one]), migrate(url, [one]), migrate(url, [one])])
  expect(results.flat()).toEqual([1])
})

test('a migration that fails leaves nothing behind, and those before it stay', async () => {
  await expect(migrate(url, [one, broken])).rejects.toMatchObject({ code: 'migration_failed' })
  expect(await tables()).toEqual(['one', 'schema_migration', 'two'])
  expect(await migrate(url, [one])).toEqual([])
})

test('a database newer than the build is refused', async () => {
  await migrate(url, [one, { ...broken, sql: 'select 1' }])
  await expect(migrate(url, [one])).rejects.toMatchObject({
    code: 'database_newer',
    message: expect.stringContaining('0002_broken') as string,
  })
})

test('an applied migration that was edited is refused', async () => {
  await migrate(url, [one])
  await expect(migrate(url, [{ ...one, hash: 'other' }])).rejects.toMatchObject({ code: 'migration_changed' })
})

async function tables(): Promise<string[]> {
  const client = new Client(url)
  await client.connect()
  const { rows } = await client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  )
  await client.end()
  return rows.map(row => row.name)
}
