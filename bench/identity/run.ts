import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type pino from 'pino'
import { goldenPolicy } from '#app/policy/golden-policy.ts'
import type { HubConfig } from '#config/config.ts'
import { policySchema } from '#config/schema.ts'
import { createIds } from '#model/ids.ts'
import { createMetrics } from '#observe/metrics.ts'
import { createSecondLook } from '#resolve/matching/second-look.ts'
import type { MatchingSettings } from '#resolve/matching/settings.ts'
import { createResolve } from '#resolve/resolve.ts'
import { loadIdentityPolicy } from '#rules/identity/policy.ts'
import { BUILT_IN, type Model } from '#rules/matching/model.ts'
import type { Database } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import type { SetRecord } from './records.ts'

const SYSTEM = 'set'

/** The resolve stage on a database, one shard of it, fed records directly. */
export function createIdentityRun(database: Database, log: pino.Logger, model: Model = BUILT_IN, shard = 0) {
  const identity = loadIdentityPolicy()
  if (!identity.ok) throw new Error('rules/identity.yaml is wrong')
  const { matching: _, ...policy } = policySchema.parse({})
  const { linkBits, reviewBits, clusterRecordsMax } = policySchema.parse({ matching: {} }).matching ?? {}
  if (linkBits === undefined || reviewBits === undefined || clusterRecordsMax === undefined)
    throw new Error('no defaults')
  const matching: MatchingSettings = { linkBits, reviewBits, clusterRecordsMax, model }
  const config: Pick<HubConfig, 'limits' | 'policy' | 'hub'> = {
    policy: { ...policy, skewToleranceMs: policy.skewTolerance, dedupeWindowMs: 0, factRepeatMs: 0 },
    limits: { shards: 1 } as HubConfig['limits'],
    hub: { defaultCountry: 'US' } as HubConfig['hub'],
  }
  const ids = createIds(Date.now, randomBytes)
  const parts = {
    database,
    config,
    policy: goldenPolicy({ ...config, systems: {} } as HubConfig, identity.policy),
    matching: () => matching,
    key: { hashes: (_purpose: string, text: string) => [Buffer.from(text)] as const },
    ids,
    wake: () => {},
    log,
    metrics: createMetrics(),
  }
  const drain = createResolve(parts)
  const { policy: goldens } = parts
  /** What acts of people need on the same database. */
  const acts = { database, policy: goldens, shards: 1, ids, nowMs: Date.now, wake: () => {} }
  const lookAgain = createSecondLook({ acts, matching: parts.matching })
  async function drainAll(): Promise<void> {
    while ((await drain(shard)).more);
  }
  return {
    acts,
    /** Takes records in as the stage before would, and resolves them. */
    async resolve(records: readonly SetRecord[]): Promise<void> {
      const nowMs = Date.now()
      const eventId = ids.uuid()
      const rows = records.map(({ id, entity, fields }) => ({
        remote_id: id,
        entity,
        trace_id: ids.traceId(),
        fields: Object.fromEntries(Object.entries(fields).map(([name, v]) => [name, { v, t: nowMs, e: eventId }])),
      }))
      await database.transaction(async tx => {
        await sql`
          with input as materialized (
            select * from json_to_recordset(${storedJson(rows)}::json) as t(remote_id text, entity text, trace_id text, fields jsonb)
          ), stored as (
            insert into source_record (system, object, remote_id, entity, fields, modified_at)
            select ${SYSTEM}, entity, remote_id, entity, fields, now() from input
          )
          insert into resolve_work (system, object, remote_id, shard, since, trace_id)
          select ${SYSTEM}, entity, remote_id, ${shard}, clock_timestamp(), trace_id from input
        `.execute(tx)
      })
      await drainAll()
    },
    /** The second look for records that were resolved at the same moment. */
    async secondLook(): Promise<void> {
      while ((await lookAgain({ olderThanMs: 0 })).more);
      await drainAll()
    },
    /** Which golden record each record belongs to, and what a person is asked. */
    async outcome(): Promise<{ found: Map<string, string>; questions: { left: string; right: string }[] }> {
      const remotes = await sql<{
        remote_id: string
        golden_id: string
      }>`select remote_id, golden_id from remote_record`.execute(database.kysely)
      const reviews = await sql<{ left: string; right: string }>`
        select coalesce(l.merged_into, l.id) as left, coalesce(r.merged_into, r.id) as right from review v
        join golden_record l on l.id = v.left_id join golden_record r on r.id = v.right_id
        where v.state = 'open' and coalesce(l.merged_into, l.id) <> coalesce(r.merged_into, r.id)
      `.execute(database.kysely)
      return { found: new Map(remotes.rows.map(row => [row.remote_id, row.golden_id])), questions: reviews.rows }
    },
  }
}
