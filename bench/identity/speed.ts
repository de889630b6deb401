import { sql } from 'kysely'
import { matchRecord, storeMatchRecords } from '#resolve/matching/records.ts'
import type { Source } from '#resolve/rows.ts'
import { storedJson } from '#store/stored-json.ts'
import { treeCpuSeconds } from '../processes.ts'
import { openIdentityHub } from './hub.ts'
import { againAs, personNumbered } from './people.ts'

const FILLED_PER_BATCH = 1_000
const RESOLVED_PER_BATCH = 50
/** As many shards are drained at a time as by one process of a hub. */
const DRAINS = 2
/** Every other record is a second one of a customer that is there. */
const KNOWN_EVERY = 2

export interface IdentitySpeed {
  customers: number
  recordsPerSecond: number
  /** One record alone: taken in, compared, resolved, committed. */
  p50Ms: number
  p99Ms: number
  /** CPU of this process and of PostgreSQL, which does not depend on how busy others keep the machine. */
  cpuMsPerRecord: number
  linkedShare: number
}

const FILLED_BY = '00000000-0000-7000-8000-000000000000'

type Hub = Awaited<ReturnType<typeof openIdentityHub>>

/** Resolves records by strong keys and weak evidence among so many customers that are stored already. */
export async function measureIdentity(options: { customers: number; seconds: number }): Promise<IdentitySpeed> {
  const { customers, seconds } = options
  const hub = await openIdentityHub()
  try {
    await fill(hub, customers)
    const runs = Array.from({ length: DRAINS }, (_, shard) => hub.withModel(undefined, shard))
    let next = 0
    const record = () => {
      next += 1
      return next % KNOWN_EVERY === 0
        ? againAs(`again ${next}`, (next * 7919) % customers)
        : personNumbered(customers + next)
    }
    const batch = () => Array.from({ length: RESOLVED_PER_BATCH }, record)
    for (let warm = 0; warm < 10; warm += 1) await Promise.all(runs.map(run => run.resolve(batch())))
    const before = next
    const cpuBefore = treeCpuSeconds(process.pid)
    const startedMs = performance.now()
    await Promise.all(
      runs.map(async run => {
        while (performance.now() - startedMs < seconds * 1000) await run.resolve(batch())
      }),
    )
    const recordsPerSecond = ((next - before) * 1000) / (performance.now() - startedMs)
    const cpuMsPerRecord = ((treeCpuSeconds(process.pid) - cpuBefore) * 1000) / (next - before)
    const latencies: number[] = []
    const endMs = performance.now() + seconds * 1000
    while (performance.now() < endMs) {
      const one = record()
      const sinceMs = performance.now()
      await runs[0]?.resolve([one])
      latencies.push(performance.now() - sinceMs)
    }
    latencies.sort((a, b) => a - b)
    const at = (share: number): number => latencies[Math.trunc(latencies.length * share)] ?? 0
    const measured = { customers, recordsPerSecond, p50Ms: at(0.5), p99Ms: at(0.99), cpuMsPerRecord }
    return { ...measured, linkedShare: await linkedShare(hub) }
  } finally {
    await hub.close()
  }
}

/** Stores customers as resolve would leave them, each with one source record. */
async function fill({ database }: Hub, customers: number): Promise<void> {
  for (let from = 0; from < customers; from += FILLED_PER_BATCH) {
    const people = Array.from({ length: Math.min(FILLED_PER_BATCH, customers - from) }, (_, at) =>
      personNumbered(from + at),
    )
    const rows = people.map(({ id, fields }) => ({
      id,
      golden: fields,
      email: fields['email'],
      fields: Object.fromEntries(Object.entries(fields).map(([name, v]) => [name, { v, t: 0, e: FILLED_BY }])),
    }))
    const records = rows.flatMap(({ id, fields }) => matchRecord(sourceOf(id, fields)) ?? [])
    await database.transaction(async tx => {
      await sql`
        with input as materialized (
          select *, uuidv7() as golden_id from json_to_recordset(${storedJson(rows)}::json) as t(id text, golden jsonb, email text, fields jsonb)
        ), goldens as (
          insert into golden_record (id, entity, fields, provenance) select golden_id, 'person', golden, '{}' from input
        ), remotes as (
          insert into remote_record (system, object, remote_id, golden_id) select 'set', 'person', id, golden_id from input
        ), keys as (
          insert into identity_key (entity, kind, value, golden_id) select 'person', 'email', lower(email), golden_id from input
        )
        insert into source_record (system, object, remote_id, entity, fields, modified_at) select 'set', 'person', id, 'person', fields, now() from input
      `.execute(tx)
      await storeMatchRecords(tx, records)
    })
  }
  await sql`vacuum analyze`.execute(database.kysely)
}

function sourceOf(remoteId: string, fields: Source['fields']): Source {
  return { system: 'set', object: 'person', remoteId, entity: 'person', fields, tombstone: false, alias: false }
}

async function linkedShare({ database }: Hub): Promise<number> {
  const { rows } = await sql<{ share: number }>`
    select avg((exists (select from match_decision d where d.remote_id = r.remote_id and d.verdict = 'linked'))::int)::float8 as share
    from remote_record r where remote_id like 'again %'
  `.execute(database.kysely)
  return rows[0]?.share ?? 0
}
