import { sql } from 'kysely'
import type { Client } from '#cli/client.ts'
import type { RouteConfig } from '#config/config.ts'
import type { Entity } from '#model/entities.ts'
import type { JsonObject } from '#model/json.ts'
import type { Db } from '#store/database.ts'

/** One golden record as the comparison needs it. */
export interface DemoGolden {
  id: string
  entity: Entity
  version: number
  fields: JsonObject
  updatedAtMs: number
  /** Golden ids that its link fields point at. */
  links: Readonly<Record<string, string>>
  /** Its primary remote record by `system/object`. */
  remotes: Readonly<Record<string, string>>
}

/** One remote record in the crosswalk, those that are gone included. */
export interface CrosswalkRow {
  system: string
  object: string
  remoteId: string
  goldenId: string
  isPrimary: boolean
  aliasOf: string | null
  isGone: boolean
}

export interface DemoStats {
  /** Events by state. */
  events: Readonly<Record<string, number>>
  refused: number
  /** Golden records by entity. */
  golden: Readonly<Record<string, number>>
  sourceRecords: number
  /** Deliveries by system and state. */
  deliveries: Readonly<Record<string, Readonly<Record<string, number>>>>
  attempts: number
  /**
   * Reports of changes that the hub had made itself, by the author that the vendor names or by what they hold: recognised,
   * without any echo in them, or received again.
   */
  ownReports: { recognised: number; news: number; repeated: number }
  /** Deliveries that need a person. */
  dead: number
  /** Systems that are not written to just now, with the reason for people. */
  halted: Readonly<Record<string, string>>
}

/** All that the demo sees of the hub. */
export interface DemoHub {
  /** Where the vendors send their webhooks, such as http://127.0.0.1:4600. */
  url: string
  /** What is still to be done: events to interpret or resolve, deliveries that will move without a person. */
  pending(): Promise<{ events: number; deliveries: number }>
  /** The same for people, a line for each place and reason. */
  pendingLines(): Promise<string[]>
  goldenRecords(): Promise<DemoGolden[]>
  crosswalk(): Promise<CrosswalkRow[]>
  stats(): Promise<DemoStats>
}

/** A hub that runs, as far as the demo needs it. */
export interface RunningHub {
  hub: DemoHub
  /** Its REST API, as the command line uses it. */
  client: Client
  /** An admin token of that API. */
  token: string
  routes: readonly RouteConfig[]
  /** The source of a mapping by name, such as `salesforce/Contact.out`. */
  mappingSource: (name: string) => string
  /** Stops it; its data are removed, or kept for a look: then answers where. */
  stop: (keepData: boolean) => Promise<string | undefined>
}

/** How each vendor names the hub's own user in its webhooks. */
export type OwnAuthors = readonly { system: string; author: string }[]

/** States of deliveries that will move without a person. */
const OPEN = ['pending', 'waiting', 'retrying', 'submitted', 'unknown']

/** The hub seen through its database. */
export function hubFromDatabase(db: Db, url: string, ownAuthors: OwnAuthors): DemoHub {
  const own = ownAuthors.map(({ system, author }) => `${system} ${author}`)
  const count = async (query: ReturnType<typeof sql<{ count: number }>>): Promise<number> =>
    (await query.execute(db)).rows[0]?.count ?? 0
  return {
    url,
    async pending() {
      const events = await count(sql<{ count: number }>`
        select ((select count(*) from event where state in ('pending', 'reading')) + (select count(*) from resolve_work)
          + (select count(*) from plan_work))::int as count`)
      const deliveries = await count(sql<{ count: number }>`
        select count(*)::int as count from delivery where state = any(${OPEN}::text[])`)
      return { events, deliveries }
    },
    async pendingLines() {
      const { rows } = await sql<{ line: string }>`
        select concat(count(*), ' deliveries to ', system, '/', object, ' ', state, ': ' || reason,
          ', due in ' || round(extract(epoch from min(due_at) - now())) || ' s', ', leased' || nullif(count(lease_until), 0)) as line
        from delivery where state = any(${OPEN}::text[]) group by system, object, state, reason
        union all select concat(count(*), ' events of ', system, ' ', state, ': ' || reason) from event
          where state in ('pending', 'reading') group by system, state, reason
        union all select concat(count(*), ' source records to resolve') from resolve_work having count(*) > 0
        union all select concat(count(*), ' golden records to plan') from plan_work having count(*) > 0`.execute(db)
      return rows.map(({ line }) => line)
    },
    async goldenRecords() {
      const { rows } = await sql<DemoGolden>`
        select g.id, g.entity, g.version::int as version, g.fields, (extract(epoch from g.updated_at) * 1000)::float8 as "updatedAtMs",
          coalesce((select jsonb_object_agg(l.field, l.to_id) from golden_link l where l.from_id = g.id and l.to_id is not null), '{}') as links,
          coalesce((select jsonb_object_agg(r.system || '/' || r.object, r.remote_id) from remote_record r
            where r.golden_id = g.id and r.is_primary and r.tombstone_at is null and r.alias_of is null), '{}') as remotes
        from golden_record g where g.state = 'active' order by g.id`.execute(db)
      return rows
    },
    async crosswalk() {
      const { rows } = await sql<CrosswalkRow>`
        select system, object, remote_id as "remoteId", golden_id as "goldenId", is_primary as "isPrimary", alias_of as "aliasOf",
          tombstone_at is not null as "isGone"
        from remote_record where golden_id is not null`.execute(db)
      return rows
    },
    async stats() {
      const { rows } = await sql<{ what: string; name: string; state: string; count: number }>`
        select 'event' as what, '' as name, state, count(*)::int as count from event group by state
        union all select 'golden', entity, state, count(*)::int from golden_record where state = 'active' group by entity, state
        union all select 'delivery', system, state, count(*)::int from delivery group by system, state
        union all select 'source', '', '', count(*)::int from source_record
        union all select 'refused', '', '', count(*)::int from refused_request
        union all select 'attempt', '', '', count(*)::int from attempt
        union all select 'own', case when reason = 'duplicate' then 'repeated'
            when reason = 'echo' or notes @> '[{"code": "echo"}]' then 'recognised'
            when state = 'processed' and reason is null then 'news' else 'recognised' end, '', count(*)::int from event
          where origin <> 'reply' and (system || ' ' || author = any(${own}::text[]) or reason = 'echo'
            or notes @> '[{"code": "echo"}]') group by 2`.execute(db)
      const of = (what: string) => rows.filter(row => row.what === what)
      const total = (what: string): number => of(what).reduce((sum, row) => sum + row.count, 0)
      const deliveries: Record<string, Record<string, number>> = {}
      for (const { name, state, count: many } of of('delivery'))
        deliveries[name] = { ...deliveries[name], [state]: many }
      const systems = await sql<{ name: string; state: string; breaker: { state: string; probeAtMs?: number } }>`
        select name, state, breaker from system where state <> 'active' or breaker ->> 'state' <> 'closed'`.execute(db)
      return {
        events: Object.fromEntries(of('event').map(row => [row.state, row.count])),
        refused: total('refused'),
        golden: Object.fromEntries(of('golden').map(row => [row.name, row.count])),
        sourceRecords: total('source'),
        deliveries,
        attempts: total('attempt'),
        ownReports: {
          recognised: 0,
          news: 0,
          repeated: 0,
          ...Object.fromEntries(of('own').map(row => [row.name, row.count])),
        },
        dead: of('delivery').reduce((sum, row) => sum + (row.state === 'dead' ? row.count : 0), 0),
        halted: Object.fromEntries(systems.rows.map(({ name, state, breaker }) => [name, haltedText(state, breaker)])),
      }
    },
  }
}

function haltedText(state: string, breaker: { state: string; probeAtMs?: number }): string {
  if (state !== 'active') return state
  const seconds = Math.ceil(((breaker.probeAtMs ?? 0) - Date.now()) / 1000)
  return seconds > 0 ? `circuit open, next try in ${seconds} s` : 'circuit open, trying now'
}
