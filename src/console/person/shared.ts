import { sql } from 'kysely'
import type { Entity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'
import type { JsonObject } from '#model/json.ts'
import { withoutOurs } from '#rules/statement/forgotten.ts'
import type { SourceFields } from '#rules/statement/source-field.ts'
import type { Db, Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'

export interface RemoteKey {
  system: string
  object: string
  remote_id: string
}

/**
 * A remote record of another customer who was once one with the person, until that merge was undone. What the hub wrote to it
 * in that time may be the person's.
 */
export interface SharedRemote extends RemoteKey {
  untilMs: number
}

/** Those of customers who were one with these golden records at some time, and are not now. */
export async function readShared(db: Db, goldenIds: readonly string[]): Promise<SharedRemote[]> {
  const { rows } = await sql<RemoteKey & { until_ms: number }>`
    with recursive one(id, since, until) as (
      select id, '-infinity'::timestamptz, 'infinity'::timestamptz from unnest(${goldenIds}::uuid[]) as t(id)
      union select case when l.winner_id = one.id then l.loser_id else l.winner_id end, greatest(one.since, l.merged_at), least(one.until, l.undone_at)
      from one join merge_log l on one.id in (l.winner_id, l.loser_id)
      where greatest(one.since, l.merged_at) < least(one.until, l.undone_at))
    select r.system, r.object, r.remote_id, (extract(epoch from max(one.until)) * 1000)::float8 as until_ms
    from one join golden_record g on g.id = one.id join remote_record r on r.golden_id = coalesce(g.merged_into, g.id)
    where r.golden_id <> all(${goldenIds}::uuid[]) group by 1, 2, 3 order by 1, 2, 3
  `.execute(db)
  return rows.map(({ until_ms: untilMs, ...key }) => ({ ...key, untilMs }))
}

/** Events about these records that are done, and in whose text one of the values stands. What waits is looked at when its turn comes. */
export async function sharedEvents(
  db: Db,
  shared: readonly SharedRemote[],
  values: readonly string[],
): Promise<string[]> {
  if (shared.length === 0) return []
  const { rows } = await sql<{ id: string; body: Buffer | null }>`
    select e.id, coalesce(e.payload, r.body) as body from event e
    join json_to_recordset(${storedJson(shared)}::json) as key(system text, object text, remote_id text) using (system, object, remote_id)
    left join request r on r.id = e.request_id and e.payload is null
    where e.state not in ('pending', 'reading') order by e.id
  `.execute(db)
  return rows.filter(({ body }) => tells(body?.toString() ?? '', values)).map(({ id }) => id)
}

interface SharedRow extends RemoteKey {
  entity: Entity | null
  fields: SourceFields | null
  vendor_form: JsonObject | null
  /** What was written last, when the two were no longer one. */
  sent_fields: JsonObject | null
}

/**
 * Forgets what the hub wrote to such records while the two were one, and what was seen of that: `{}` is left for a write of which
 * nobody knows what it told, so that the next one tells everything. What the system said of its own customer stays.
 */
export async function forgetShared(tx: Tx, shared: readonly SharedRemote[], values: readonly string[]): Promise<void> {
  if (shared.length === 0) return
  const keys = sql`json_to_recordset(${storedJson(shared)}::json) as key(system text, object text, remote_id text, "untilMs" float8)`
  const until = sql`to_timestamp(key."untilMs" / 1000)`
  await sql`
    update delivery d set in_flight = case when d.in_flight is not null then '{}'::jsonb end, in_flight_fields = (
      select jsonb_agg(case when (f.write ->> 'at')::float8 <= key."untilMs" then f.write || '{"fields": {}}' else f.write end order by f.n)
      from jsonb_array_elements(d.in_flight_fields) with ordinality f(write, n))
    from ${keys} join remote_record r using (system, object, remote_id)
    where d.golden_id = r.golden_id and d.system = r.system and d.object = r.object
      and exists (select from jsonb_array_elements(d.in_flight_fields) f where (f ->> 'at')::float8 <= key."untilMs")
  `.execute(tx)
  const { rows } = await sql<SharedRow>`
    with kept as (
      update remote_record r set sent_earlier = null,
        sent = case when r.sent is null or r.sent_from > ${until} then r.sent else '{}' end,
        sent_fields = case when r.sent_fields is null or r.sent_from > ${until} then r.sent_fields else '{}' end
      from ${keys} where r.system = key.system and r.object = key.object and r.remote_id = key.remote_id
      returning r.system, r.object, r.remote_id, r.sent_fields)
    select kept.*, s.entity, s.fields, s.vendor_form from kept left join source_record s using (system, object, remote_id)
  `.execute(tx)
  const sources = rows.flatMap(({ sent_fields: sent, entity, fields, vendor_form: form, ...key }) =>
    entity === null || fields === null
      ? []
      : [
          {
            ...key,
            fields: fieldsWithoutOurs(entity, fields, sent),
            vendor_form: tells(JSON.stringify(form), values) ? null : form,
          },
        ],
  )
  await sql`
    update source_record s set fields = t.fields, vendor_form = t.vendor_form
    from json_to_recordset(${storedJson(sources)}::json) as t(system text, object text, remote_id text, fields jsonb, vendor_form jsonb)
    where s.system = t.system and s.object = t.object and s.remote_id = t.remote_id
  `.execute(tx)
}

function fieldsWithoutOurs(entity: Entity, fields: SourceFields, sent: JsonObject | null): SourceFields {
  const models = entityModel(entity).fields
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const model = models.get(name)
      const left = model === undefined ? field : withoutOurs(model, field, sent?.[name])
      return left === undefined ? [] : [[name, left]]
    }),
  )
}

/** However its vendor writes them: phones with blanks, hyphens or brackets, mails in capitals. */
function tells(text: string, values: readonly string[]): boolean {
  const bare = bareOf(text)
  return values.map(bareOf).some(value => value !== '' && bare.includes(value))
}

function bareOf(text: string): string {
  return text.toLowerCase().replaceAll(/[\s()./+-]/gu, '')
}
