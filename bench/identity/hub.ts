import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pino from 'pino'
import { readTraining } from '#resolve/matching/training.ts'
import type { Model } from '#rules/matching/model.ts'
import { trainModel } from '#rules/matching/train.ts'
import { openDatabase } from '#store/database.ts'
import { startEmbeddedPostgres } from '#store/embedded/start.ts'
import { migrate } from '#store/migrate.ts'
import { createIdentityRun } from './run.ts'

/** An empty hub database with the resolve stage on it: the same code as in the product, fed source records directly. */
export async function openIdentityHub() {
  const base = mkdtempSync(join(tmpdir(), 'patchbay-identity-'))
  // Open to the user that the server runs as under root.
  chmodSync(base, 0o711)
  const log = pino({ level: 'fatal' })
  const server = await startEmbeddedPostgres({
    dataDir: join(base, 'data'),
    log,
    settings: { synchronous_commit: 'off', shared_buffers: '256MB' },
  })
  await migrate(server.url)
  const database = openDatabase({
    connection: server.url,
    log,
    poolMax: 4,
    applicationName: 'identity',
    keyed: 'relaxed',
  })
  return {
    database,
    withModel: (model?: Model, shard?: number) => createIdentityRun(database, log, model, shard),
    /** Weights estimated from what is stored, without any truth. */
    train: async () => trainModel(await database.transaction(readTraining)),
    async empty(): Promise<void> {
      await sql`truncate source_record, resolve_work, golden_record, remote_record, identity_key, golden_link, merge_log, review, plan_work,
        match_record, match_key, match_count, match_decision, standing_change restart identity`.execute(database.kysely)
    },
    async close(): Promise<void> {
      await database.close()
      await server.destroy()
      rmSync(base, { recursive: true, force: true })
    },
  }
}
