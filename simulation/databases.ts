import { onServer, urlOf } from '../tests/support/server-databases.ts'
import { startTemporaryPostgres } from '../tests/support/temporary-postgres.ts'
import type { WorkerOptions } from './jobs.ts'

/** What so many workers run on: a database of its own for each, all on one server; undone by `stop`. */
export async function openDatabases(
  kind: 'memory' | 'real',
  count: number,
): Promise<{ workers: WorkerOptions[]; stop(): Promise<void> }> {
  if (kind === 'memory') return { workers: Array.from({ length: count }, () => ({})), async stop() {} }
  const server = await startTemporaryPostgres()
  const names = Array.from({ length: count }, (_, index) => `simulation_${process.pid}_${index}`)
  await onServer(server.url, ...names.map(name => `create database ${name}`))
  return {
    workers: names.map(name => ({ databaseUrl: urlOf(server.url, name) })),
    async stop() {
      await onServer(server.url, ...names.map(name => `drop database if exists ${name} with (force)`))
      await server.stop()
    },
  }
}
