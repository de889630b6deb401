import { hostname } from 'node:os'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Database } from './database.ts'

/** What a process does; `all` is the default. */
export type Role = 'all' | 'gateway' | 'worker' | 'console'

/** A process of the cluster as the database knows it. */
export interface ProcessRow {
  readonly id: string
  readonly roles: readonly string[]
  readonly configRevision: number | null
}

/** This process's row in the cluster, kept fresh, and its view of the others. */
export interface Processes {
  start(): Promise<void>
  /** The live processes other than this one, as of the last heartbeat. */
  others(): readonly ProcessRow[]
  /** True if another live process works on stages. */
  hasOtherWorkers(): boolean
  /** Says which configuration this process runs; written at once. */
  setConfigRevision(revision: number): Promise<void>
  /** Says which publication of mappings this process works by; written at once. */
  setPublication(publication: number): Promise<void>
  /** Takes the row away, so that the others know at once. */
  stop(): Promise<void>
}

export interface ProcessesOptions {
  readonly database: Database
  /** A uuid, new for each start. */
  readonly id: string
  readonly roles: readonly Role[]
  readonly log: Pick<Logger, 'warn'>
  readonly heartbeatMs?: number
  /** A process without a heartbeat for so long counts as dead. */
  readonly aliveMs?: number
}

/** Times are the database's, so that clocks of different machines do not matter. */
export function createProcesses(options: ProcessesOptions): Processes {
  const { database, id, roles, log, heartbeatMs = 5_000, aliveMs = 15_000 } = options
  let configRevision: number | null = null
  let publication: number | null = null
  let others: readonly ProcessRow[] = []
  let timer: NodeJS.Timeout | undefined
  let beating: Promise<void> = Promise.resolve()

  async function beat(): Promise<void> {
    const { rows } = await sql<{ id: string; roles: string[]; configRevision: number | null }>`
      with mine as (
        insert into process (id, roles, host, pid, config_revision, publication)
        values (${id}, ${[...roles]}, ${hostname()}, ${process.pid}, ${configRevision}, ${publication})
        on conflict (id) do update set heartbeat_at = now(), config_revision = excluded.config_revision, publication = excluded.publication
      ), gone as (
        delete from process where heartbeat_at < now() - interval '1 hour'
      )
      select id, roles, config_revision as "configRevision" from process
      where id <> ${id} and heartbeat_at > now() - make_interval(secs => ${aliveMs / 1000})
      order by id`.execute(database.kysely)
    others = rows
  }

  function beatOften(): void {
    timer = setInterval(() => {
      beating = beat().catch((error: unknown) => log.warn({ err: error }, 'the heartbeat was not written'))
    }, heartbeatMs)
  }

  return {
    async start() {
      await beat()
      beatOften()
    },
    others: () => others,
    hasOtherWorkers: () => others.some(other => other.roles.includes('all') || other.roles.includes('worker')),
    async setConfigRevision(revision) {
      configRevision = revision
      await beat()
    },
    async setPublication(number) {
      publication = number
      await beat()
    },
    async stop() {
      clearInterval(timer)
      await beating
      await database.kysely.deleteFrom('process').where('id', '=', id).execute()
    },
  }
}
