import { unpackProvenance } from '#rules/survivorship/packed-provenance.ts'
import type { Selectable } from 'kysely'
import { isJsonObject, type JsonObject } from '#model/json.ts'
import type { SourceRecordTable } from '#store/schema/customers.ts'
import type { components } from '../../api.gen.ts'
import type { ConsoleParts } from '../../handler.ts'
import { deliveryShape } from '../flow/deliveries.ts'
import { EVENT_COLUMNS, eventShape } from '../flow/events.ts'
import { goldenShape } from './golden-shape.ts'
import { readReviews, reviewShape } from './review-rows.ts'

type Schemas = components['schemas']
const HISTORY_MAX = 100
const ROWS_MAX = 500

/** Everything around one golden record. */
export async function readGoldenDetail({ db }: ConsoleParts, id: string): Promise<Schemas['GoldenDetail'] | undefined> {
  const golden = await db.selectFrom('golden_record').selectAll().where('id', '=', id).executeTakeFirst()
  if (!golden) return undefined
  const [sources, crosswalk, deliveries, links, merges, history, reviews] = await Promise.all([
    db
      .selectFrom('source_record as source')
      .innerJoin('remote_record as remote', join =>
        join
          .onRef('remote.system', '=', 'source.system')
          .onRef('remote.object', '=', 'source.object')
          .onRef('remote.remote_id', '=', 'source.remote_id'),
      )
      .selectAll('source')
      .where('remote.golden_id', '=', id)
      .limit(ROWS_MAX)
      .execute(),
    db
      .selectFrom('remote_record')
      .selectAll()
      .where('golden_id', '=', id)
      .orderBy('linked_at')
      .limit(ROWS_MAX)
      .execute(),
    db.selectFrom('delivery').selectAll().where('golden_id', '=', id).orderBy('system').orderBy('object').execute(),
    readLinks(db, id),
    db
      .selectFrom('merge_log')
      .selectAll()
      .where(eb => eb.or([eb('winner_id', '=', id), eb('loser_id', '=', id)]))
      .orderBy('id', 'desc')
      .limit(ROWS_MAX)
      .execute(),
    db
      .selectFrom('event')
      .innerJoin('remote_record as remote', join =>
        join
          .onRef('remote.system', '=', 'event.system')
          .onRef('remote.object', '=', 'event.object')
          .onRef('remote.remote_id', '=', 'event.remote_id'),
      )
      .select(EVENT_COLUMNS.map(column => `event.${column}` as const))
      .where('remote.golden_id', '=', id)
      .orderBy('event.id', 'desc')
      .limit(HISTORY_MAX)
      .execute(),
    readReviews(db, { goldenId: id, limit: ROWS_MAX }),
  ])
  return {
    ...goldenShape(golden),
    provenance: unpackProvenance(golden.provenance),
    sourceRecords: sources.map(sourceShape),
    crosswalk: crosswalk.map(row => ({
      system: row.system,
      object: row.object,
      remoteId: row.remote_id,
      isPrimary: row.is_primary,
      chosenByPerson: row.primary_by !== null,
      aliasOf: row.alias_of,
      tombstoneAt: row.tombstone_at?.toISOString() ?? null,
      tombstoneBy: row.tombstone_by,
      sent: row.sent,
      sentAt: row.sent_at?.toISOString() ?? null,
      linkedAt: row.linked_at.toISOString(),
    })),
    deliveries: deliveries.map(deliveryShape),
    links,
    merges: merges.map(row => ({
      id: row.id,
      winnerId: row.winner_id,
      loserId: row.loser_id,
      cause: row.cause,
      mergedAt: row.merged_at.toISOString(),
      undoneAt: row.undone_at?.toISOString() ?? null,
    })),
    reviews: reviews.map(reviewShape),
    steward: stewardShape(golden.steward),
    history: history.map(eventShape),
  }
}

/** Which fields a steward holds; the values are the golden record's. */
function stewardShape(steward: JsonObject | null): Schemas['GoldenDetail']['steward'] {
  const held: Schemas['GoldenDetail']['steward'] = {}
  for (const [name, value] of Object.entries(steward ?? {})) {
    if (!isJsonObject(value) || typeof value.at !== 'number' || typeof value.by !== 'string') continue
    held[name] = { at: new Date(value.at).toISOString(), by: value.by }
  }
  return held
}

async function readLinks(db: ConsoleParts['db'], id: string): Promise<Schemas['GoldenDetail']['links']> {
  const [to, from] = await Promise.all([
    db.selectFrom('golden_link').selectAll().where('from_id', '=', id).limit(ROWS_MAX).execute(),
    db.selectFrom('golden_link').selectAll().where('to_id', '=', id).limit(ROWS_MAX).execute(),
  ])
  return [
    ...to.map(row => ({ field: row.field, direction: 'to' as const, target: row.target, goldenId: row.to_id })),
    ...from.map(row => ({ field: row.field, direction: 'from' as const, target: row.target, goldenId: row.from_id })),
  ]
}

/** Source fields are stored short (`v`, `t`, `e`, `a`); the API spells them out. */
function sourceShape(row: Selectable<SourceRecordTable>): Schemas['SourceRecord'] {
  const fields: Schemas['SourceRecord']['fields'] = {}
  for (const [name, statement] of Object.entries(row.fields)) {
    if (!isJsonObject(statement)) continue
    fields[name] = {
      value: statement.v,
      at: new Date(typeof statement.t === 'number' ? statement.t : row.modified_at).toISOString(),
      ...(typeof statement.e === 'string' && { event: statement.e }),
      asserts: statement.a !== false,
    }
  }
  return {
    system: row.system,
    object: row.object,
    remoteId: row.remote_id,
    entity: row.entity,
    fields,
    vendorForm: row.vendor_form,
    version: row.version,
    modifiedAt: row.modified_at.toISOString(),
    tombstoneAt: row.tombstone_at?.toISOString() ?? null,
    updatedAt: row.updated_at.toISOString(),
  }
}
