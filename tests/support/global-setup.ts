import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '#store/embedded/start.ts'
import { migrate } from '#store/migrate.ts'
import { onServer, urlOf } from './server-databases.ts'

/**
 * One PostgreSQL server for the whole run: the one of TEST_DATABASE_URL, or else the embedded one in a temporary folder.
 * On it a migrated template, so that a test file gets its own database in some 30 ms.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer()
  const template = `patchbay_template_${process.pid}`
  await onServer(server.url, `drop database if exists ${template} with (force)`, `create database ${template}`)
  await migrate(urlOf(server.url, template))
  project.provide('postgresUrl', server.url)
  project.provide('templateDatabase', template)
  return async () => {
    await onServer(server.url, `drop database if exists ${template} with (force)`)
    await server.stop()
  }
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL']
  if (given !== undefined && given !== '') return { url: given, stop: async () => {} }
  const base = mkdtempSync(join(tmpdir(), 'patchbay-test-'))
  // Open to the user that the server runs as under root, so that everything lies in this one folder.
  chmodSync(base, 0o711)
  const server = await startEmbeddedPostgres({
    dataDir: join(base, 'data'),
    log: pino({ level: 'warn' }),
    // The tests' data is thrown away; the durability tests start servers of their own.
    settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '96MB', max_connections: '200' },
  })
  return {
    url: server.url,
    stop: async () => {
      await server.destroy()
      rmSync(base, { recursive: true, force: true })
    },
  }
}
