import { sql } from 'kysely'
import type { HubKey } from '#config/key.ts'
import { entityModel } from '#model/fields.ts'
import type { Tx } from '#store/database.ts'
import { blankEvents, suppress, suppressedKey, suppressedRemote } from '#store/customers/suppression.ts'
import type { PersonScope } from './scope.ts'
import { forgetShared, type RemoteKey } from './shared.ts'

/**
 * Erases a person from every table, in the caller's transaction. What is left: the golden ids with state `erased`, counts,
 * and keyed hashes by which the person is recognised and kept out if a poll, import or replay brings it again.
 */
export async function erasePerson(tx: Tx, scope: PersonScope, key: HubKey, reason: string): Promise<void> {
  const texts = [
    ...scope.remote.map(({ remote_id: remoteId, ...place }) => suppressedRemote({ ...place, remoteId })),
    ...scope.keys.map(({ kind, value }) => suppressedKey(kind, value)),
  ]
  await suppress(tx, key, texts, reason)
  await eraseGolden(tx, scope)
  await eraseRemote(tx, scope)
  await stripLinked(tx, scope)
  await forgetShared(tx, scope.shared, scope.sought)
  await eraseTraffic(tx, scope)
  await blankEvents(
    tx,
    scope.sharedEventIds.map(id => ({ id, whole: false })),
  )
}

async function eraseGolden(tx: Tx, { goldenIds }: PersonScope): Promise<void> {
  const ids = [...goldenIds]
  const empty = JSON.stringify({})
  await tx
    .updateTable('golden_record')
    .set(eb => ({
      fields: empty,
      provenance: empty,
      steward: null,
      state: 'erased',
      version: eb('version', '+', 1),
      updated_at: sql`now()`,
    }))
    .where('id', 'in', ids)
    .execute()
  await tx.deleteFrom('identity_key').where('golden_id', 'in', ids).execute()
  await tx.deleteFrom('golden_link').where('from_id', 'in', ids).execute()
  // A link's target may be written by mail or phone; whoever points here keeps only the id.
  await tx
    .updateTable('golden_link')
    .set({ target: sql`'erased/' || to_id` })
    .where('to_id', 'in', ids)
    .execute()
  await tx.deleteFrom('delivery').where('golden_id', 'in', ids).execute()
  await tx
    .deleteFrom('delivery_wait')
    .where(eb => eb.or([eb('golden_id', 'in', ids), eb('parent_id', 'in', ids)]))
    .execute()
  await tx.deleteFrom('plan_work').where('golden_id', 'in', ids).execute()
  await tx
    .deleteFrom('review')
    .where(eb => eb.or([eb('left_id', 'in', ids), eb('right_id', 'in', ids)]))
    .execute()
  await tx.deleteFrom('match_decision').where('golden_id', 'in', ids).execute()
  await tx
    .updateTable('merge_log')
    .set({ detail: empty })
    .where(eb => eb.or([eb('winner_id', 'in', ids), eb('loser_id', 'in', ids)]))
    .execute()
}

async function eraseRemote(tx: Tx, { remote }: PersonScope): Promise<void> {
  const keys = remoteTable(remote)
  await sql`update system_object o set compare_held = jsonb_set(compare_held, '{ids}', (compare_held -> 'ids') - gone.ids)
    from (select system, object, array_agg(remote_id) as ids from ${keys} group by 1, 2) gone
    where o.system = gone.system and o.object = gone.object and o.compare_held is not null`.execute(tx)
  for (const table of ['source_record', 'resolve_work', 'remote_record'] as const) {
    await sql`delete from ${sql.table(table)} as row using ${keys}
      where (row.system, row.object, row.remote_id) = (key.system, key.object, key.remote_id)`.execute(tx)
  }
}

/** Orders, tickets and the like lose their personal fields by the model's annotations, and the vendor's form. */
async function stripLinked(tx: Tx, { linked, linkedRemote }: PersonScope): Promise<void> {
  for (const entity of new Set(linked.map(link => link.entity))) {
    const ids = linked.filter(link => link.entity === entity).map(link => link.id)
    const personal = [...entityModel(entity).fields.values()].filter(field => field.pii).map(field => field.name)
    await sql`update golden_record set fields = fields - ${personal}::text[], provenance = provenance - ${personal}::text[]
      where id = any(${ids}::uuid[])`.execute(tx)
    await sql`update source_record as row set fields = row.fields - ${personal}::text[], vendor_form = null from ${remoteTable(linkedRemote)}
      where (row.system, row.object, row.remote_id) = (key.system, key.object, key.remote_id) and row.entity = ${entity}`.execute(
      tx,
    )
  }
  // What was written, or may have been; a call under way settles without it.
  await sql`update delivery set in_flight = null, in_flight_fields = null where golden_id = any(${linked.map(link => link.id)}::uuid[])`.execute(
    tx,
  )
  await sql`update remote_record as row set sent = null, sent_fields = null, sent_earlier = null from ${remoteTable(linkedRemote)}
    where (row.system, row.object, row.remote_id) = (key.system, key.object, key.remote_id)`.execute(tx)
}

/**
 * Payloads, bodies and excerpts. A body that held several people is blanked whole: what belongs to the others is stored
 * split with their events.
 */
async function eraseTraffic(tx: Tx, { eventIds, requestIds, attemptIds, linkedRemote }: PersonScope): Promise<void> {
  const kept = remoteTable(linkedRemote)
  await sql`
    update event as row set payload = ''::bytea, content_type = null, detail = null, notes = null, author = null,
      vendor_event_id = null,
      remote_id = case when exists (select from ${kept}
        where (row.system, row.object, row.remote_id) = (key.system, key.object, key.remote_id)) then row.remote_id end,
      state = case when state in ('pending', 'reading') then 'ignored' else state end,
      reason = case when state in ('pending', 'reading') then 'erased' else reason end,
      due_at = null, settled_at = coalesce(settled_at, now())
    where id = any(${[...eventIds]}::uuid[])`.execute(tx)
  await sql`update request set body = ''::bytea, headers = '{}', path = '' where id = any(${[...requestIds]}::uuid[])`.execute(
    tx,
  )
  await sql`update attempt set exchanges = '[]' where id = any(${[...attemptIds]}::uuid[])`.execute(tx)
}

function remoteTable(remote: readonly RemoteKey[]) {
  return sql`json_to_recordset(${JSON.stringify(remote)}::json) as key(system text, object text, remote_id text)`
}
