import type { Pool, PoolConfig } from 'pg'
import type { Log } from '#observe/log.ts'
import { type Database, openDatabase, openPool } from '#store/database.ts'

const POOL_MAX = 16

/** The pools of one process, each with the settings of its use. */
export interface Databases {
  database: Database
  /** For the stages: keyed work, whose commits need not wait for the disk. */
  stageDatabase: Database
  /** For what is acknowledged to others. */
  intakeDatabase: Database
  quotaPool: Pool
  close: () => Promise<void>
}

/** Opens all pools of a process. Nothing is sent before the first statement. */
export function openDatabases(connection: string | PoolConfig, role: string, log: Log): Databases {
  const pool = { connection, poolMax: POOL_MAX, log }
  const database = openDatabase({ ...pool, applicationName: `patchbay ${role}` })
  const stageDatabase = openDatabase({ ...pool, applicationName: 'patchbay stages', keyed: 'relaxed' })
  const intakeDatabase = openDatabase({ ...pool, poolMax: 3, applicationName: 'patchbay intake', keyed: 'durable' })
  const quotaPool = openPool({ ...pool, poolMax: 2, applicationName: 'patchbay quota' })
  return {
    database,
    stageDatabase,
    intakeDatabase,
    quotaPool,
    async close() {
      await Promise.all([database.close(), stageDatabase.close(), intakeDatabase.close(), quotaPool.end()])
    },
  }
}
