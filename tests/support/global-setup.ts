import type { TestProject } from 'vitest/node'
import { migrate } from '#store/migrate.ts'
import { onServer, urlOf } from './server-databases.ts'
import { startTemporaryPostgres } from './temporary-postgres.ts'

/**
 * One PostgreSQL server for the whole run: the one of TEST_DATABASE_URL, or else the embedded one in a temporary folder.
 * On it a migrated template, so that a test file gets its own database in some 30 ms.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTemporaryPostgres()
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
