import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { startEmbeddedPostgres } from '#store/embedded/start.ts'

/** The server of TEST_DATABASE_URL, or else an embedded one in a temporary folder, which `stop` deletes. */
export async function startTemporaryPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL']
  if (given !== undefined && given !== '') return { url: given, stop: async () => {} }
  const base = mkdtempSync(join(tmpdir(), 'patchbay-test-'))
  // Open to the user that the server runs as under root, so that everything lies in this one folder.
  chmodSync(base, 0o711)
  const server = await startEmbeddedPostgres({
    dataDir: join(base, 'data'),
    log: pino({ level: 'warn' }),
    // The tests' data is thrown away; the durability tests start servers of their own. A file of hub tests holds some 45
    // connections per hub until its end, and several files run at once.
    settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '96MB', max_connections: '500' },
  })
  return {
    url: server.url,
    stop: async () => {
      await server.destroy()
      rmSync(base, { recursive: true, force: true })
    },
  }
}
