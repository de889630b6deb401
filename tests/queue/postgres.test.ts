import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPostgresQueueBackend } from '#queue/backend.ts'
import { startEmbeddedPostgres } from '#store/embedded/start.ts'
import { testLog } from '../support/postgres.ts'
import { describeWakes } from './contract.ts'

describeWakes('PostgreSQL', async () => {
  // A server of its own, since the contract kills it. Killed, it is started again by its keeper.
  const dataDir = join(mkdtempSync(join(tmpdir(), 'patchbay-queue-')), 'data')
  const server = await startEmbeddedPostgres({ dataDir, log: testLog, settings: { shared_buffers: '32MB' } })
  return {
    open: () => createPostgresQueueBackend({ connection: server.url, log: testLog }),
    restart: async () => void process.kill(server.pid(), 'SIGKILL'),
    stop: () => server.destroy(),
  }
})
