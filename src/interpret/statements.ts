import { type Entity, isEntity } from '#model/entities.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'

/** What an inbound mapping says about one remote record. */
export interface Statement {
  entity: Entity
  system: string
  object: string
  remoteId: string
  atMs: number
  fields: JsonObject
  /** True for the record the event is about; its vendor form is kept. */
  main: boolean
}

export interface StatementContext {
  system: string
  object: string
  remoteId: string | undefined
  atMs: number
  eventId: string
}

export type StatementsResult = { ok: true; statements: Statement[] } | { ok: false; path: string; message: string }

/**
 * Reads a mapping's result: `{entity: record | [records]}`, where `@id`, `@object` and `@at` place a record.
 * The first entity is what the event is about; the others stand beside it, under `<object>/<entity>`.
 */
export function readStatements(value: Json | undefined, context: StatementContext): StatementsResult {
  if (value === undefined || value === null) return { ok: true, statements: [] }
  if (!isJsonObject(value))
    return wrong('', 'expected an object whose keys are entity names, such as {"person": {...}}')
  const statements: Statement[] = []
  for (const [entity, records] of Object.entries(value)) {
    if (!isEntity(entity)) return wrong(entity, `"${entity}" is not an entity of the canonical model`)
    if (records === null) continue
    for (const [index, record] of (Array.isArray(records) ? records : [records]).entries()) {
      const path = Array.isArray(records) ? `${entity}[${index}]` : entity
      if (!isJsonObject(record)) return wrong(path, 'expected an object of canonical fields')
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
  const { '@id': id, '@object': object, '@at': at, ...fields } = record
  const remoteId = typeof id === 'number' ? String(id) : (id ?? context.remoteId ?? context.eventId)
  if (typeof remoteId !== 'string' || remoteId === '')
    return wrong(`${path}.@id`, 'expected a non-empty text or number')
  if (object !== undefined && typeof object !== 'string') return wrong(`${path}.@object`, 'expected a text')
  const atMs = at === undefined ? context.atMs : typeof at === 'string' ? Date.parse(at) : Number.NaN
  if (Number.isNaN(atMs)) return wrong(`${path}.@at`, 'expected an RFC 3339 time')
  return {
    entity,
    system: context.system,
    object: object ?? (first ? context.object : `${context.object}/${entity}`),
    remoteId,
    atMs,
    fields,
    main: first,
  }
}

function wrong(path: string, message: string): StatementsResult & { ok: false } {
  return { ok: false, path, message }
}
