import { type Entity, isEntity } from '#model/entities.ts'
import { type Issue, makeIssue } from '#model/issues.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { storedText } from '#store/stored-json.ts'

/** What an inbound mapping says about one remote record. */
export interface Statement {
  entity: Entity
  system: string
  object: string
  remoteId: string
  atMs: number
  /** The vendor's own time, where `atMs` does not tell it: it lies in the future, or is that in which a read began. */
  toldAtMs?: number | undefined
  fields: JsonObject
  /** The hub's own id of the customer, where the vendor keeps it in the record. */
  externalId?: string
  /** True for the record the event is about; its vendor form is kept. */
  main: boolean
}

export interface StatementContext {
  system: string
  object: string
  remoteId: string | undefined
  atMs: number
  /** As of `Statement`. */
  toldAtMs?: number | undefined
  /** No statement is younger than its receipt. */
  receivedAtMs: number
  eventId: string
}

/** As for the ids of events: PostgreSQL's indexes take no longer keys. */
const ID_BYTES_MAX = 1_000
const OBJECT_BYTES_MAX = 200
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu
/** The first year that RFC 3339 and the database can both write. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z')

export type StatementsResult = { ok: true; statements: Statement[] } | ({ ok: false } & Issue)

/**
 * Reads a mapping's result: `{entity: record | [records]}`, where `@id`, `@object` and `@at` place a record,
 * and `@externalId` is our own id, where the vendor keeps it; a text that cannot be one says nothing.
 * The first entity is what the event is about; the others stand beside it, under `<object>/<entity>`.
 */
export function readStatements(value: Json | undefined, context: StatementContext): StatementsResult {
  if (value === undefined || value === null) return { ok: true, statements: [] }
  if (!isJsonObject(value)) return wrong('', 'issue_shape')
  const statements: Statement[] = []
  for (const [entity, records] of Object.entries(value)) {
    if (!isEntity(entity)) return wrong(entity, 'issue_entity', { name: entity })
    if (records === null) continue
    for (const [index, record] of (Array.isArray(records) ? records : [records]).entries()) {
      const path = Array.isArray(records) ? `${entity}[${index}]` : entity
      if (!isJsonObject(record)) return wrong(path, 'issue_record')
      const statement = readRecord(entity, record, path, statements.length === 0, context)
      if ('ok' in statement) return statement
      statements.push(statement)
    }
  }
  return { ok: true, statements }
}

function readRecord(
  entity: Entity,
  record: JsonObject,
  path: string,
  first: boolean,
  context: StatementContext,
): Statement | (StatementsResult & { ok: false }) {
  const { '@id': id, '@object': object, '@at': at, '@externalId': externalId, ...fields } = record
  const remoteId = typeof id === 'number' ? String(id) : (id ?? context.remoteId ?? context.eventId)
  if (typeof remoteId !== 'string' || !isId(remoteId)) return wrong(`${path}.@id`, 'issue_id', { bytes: ID_BYTES_MAX })
  if (object !== undefined && (typeof object !== 'string' || Buffer.byteLength(object) > OBJECT_BYTES_MAX))
    return wrong(`${path}.@object`, 'issue_object', { bytes: OBJECT_BYTES_MAX })
  const atMs = at === undefined ? context.atMs : typeof at === 'string' ? Date.parse(at) : Number.NaN
  if (!(atMs >= EARLIEST_MS)) return wrong(`${path}.@at`, 'issue_time')
  const long = Object.keys(fields).find(name => !isLink(fields[name]))
  if (long !== undefined) return wrong(`${path}.${long}`, 'issue_link_id', { bytes: ID_BYTES_MAX })
  return {
    entity,
    system: context.system,
    object: storedText(object ?? (first ? context.object : `${context.object}/${entity}`)),
    remoteId: storedText(remoteId),
    atMs: Math.min(atMs, context.receivedAtMs),
    ...toldAt(at === undefined ? context.toldAtMs : atMs > context.receivedAtMs ? atMs : undefined),
    fields,
    ...(typeof externalId === 'string' && UUID.test(externalId) ? { externalId } : {}),
    main: first,
  }
}

function toldAt(toldAtMs: number | undefined): Pick<Statement, 'toldAtMs'> {
  return toldAtMs === undefined ? {} : { toldAtMs }
}

function isId(text: string): boolean {
  return text !== '' && Buffer.byteLength(text) <= ID_BYTES_MAX
}

/** False for a reference to an id that cannot be one; anything but a reference passes. */
function isLink(value: Json | undefined): boolean {
  const ref = isJsonObject(value) ? value['$ref'] : undefined
  if (!isJsonObject(ref)) return true
  return typeof ref['id'] !== 'string' || isId(ref['id'])
}

function wrong(...issue: Parameters<typeof makeIssue>): StatementsResult & { ok: false } {
  return { ok: false, ...makeIssue(...issue) }
}
