import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { afterAll, inject } from 'vitest'
import { type Database, type DatabaseOptions, openDatabase } from '#store/database.ts'
import { onServer, urlOf } from './server-databases.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the server's own database, to make and drop others from. */
    postgresUrl: string
    /** A migrated database that nobody connects to; test databases are copies of it. */
    templateDatabase: string
  }
}

/** A logger for tests: silent unless TEST_LOG names a level. */
export const testLog = pino({ level: process.env['TEST_LOG'] ?? 'silent' })

/** A database of one test file: migrated, empty, dropped at the end. */
export interface TestDatabase {
  readonly url: string
  readonly database: Database
  /** Opens one more pool on the same database, as a second process would have. Closed at the end. */
  open: (options?: Partial<Pick<DatabaseOptions, 'poolMax' | 'applicationName' | 'keyed'>>) => Database
  drop: () => Promise<void>
}

/**
 * Makes a migrated, empty database on the run's server. Call it in `beforeAll` or at the top of a file; it drops itself
 * after the file's last test.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const template = inject('templateDatabase')
  await onServer(inject('postgresUrl'), `create database ${name} template ${template} strategy file_copy`)
  const url = urlOf(inject('postgresUrl'), name)
  const opened: Database[] = []
  const open: TestDatabase['open'] = (options = {}) => {
    const database = openDatabase({ poolMax: 8, applicationName: 'test', ...options, connection: url, log: testLog })
    opened.push(database)
    return database
  }
  let dropped = false
  const drop = async (): Promise<void> => {
    if (dropped) return
    dropped = true
    await Promise.all(opened.map(database => database.close()))
    await onServer(inject('postgresUrl'), `drop database if exists ${name} with (force)`)
  }
  afterAll(drop)
  return { url, database: open(), open, drop }
}
