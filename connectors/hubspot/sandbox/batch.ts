import type { SandboxAnswer } from '#connector/sandbox.ts'
import { listAt, textAt, textsAt, valueAt } from '#connector/reply-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { ObjectName } from '../objects.ts'
import type { SandboxAccount } from './account.ts'
import { isProperty, isUnique, type Refusal } from './properties.ts'
import type { SandboxRecord } from './records.ts'

const INPUTS_MAX = 100

/** HubSpot's batch calls of one object: every input gets its row, or an error that names it; status 207 where both occur. */
export function batch(account: SandboxAccount, object: ObjectName, verb: string, body: Json): SandboxAnswer {
  const inputs = listAt(body, 'inputs')
  if (inputs.length > INPUTS_MAX) return failure(400, { category: 'VALIDATION_ERROR', message: 'too many inputs' })
  if (verb === 'archive') {
    for (const input of inputs) account.archive(object, textAt(input, 'id') ?? '', 'api')
    return { status: 204 }
  }
  const rows = inputs.map(input => rowOf(account, object, verb, body, input))
  const errors = rows.flatMap(row => ('error' in row ? [row.error] : []))
  const refused = rows.find(row => 'refused' in row)
  // Without marks HubSpot cannot say which input was bad, and takes none.
  if (refused !== undefined && 'refused' in refused) {
    const { refused: why } = refused
    return failure(why.category === 'CONFLICT' ? 409 : 400, why)
  }
  const results = rows.flatMap(row => ('result' in row ? [row.result] : []))
  const at = new Date().toISOString()
  const whole = { status: 'COMPLETE', results, startedAt: at, completedAt: at }
  if (errors.length > 0) return { status: 207, json: { ...whole, numErrors: errors.length, errors } }
  return { status: verb === 'create' ? 201 : 200, json: whole }
}

type Row = { result: JsonObject } | { error: JsonObject } | { refused: Refusal }

function rowOf(account: SandboxAccount, object: ObjectName, verb: string, body: Json, input: Json): Row {
  const id = textAt(input, 'id') ?? ''
  const idProperty = textAt(input, 'idProperty') ?? textAt(body, 'idProperty')
  const trace = textAt(input, 'objectWriteTraceId')
  if (idProperty !== undefined && !isUnique(object, idProperty)) {
    return { refused: { category: 'VALIDATION_ERROR', message: `${idProperty} is not a unique property` } }
  }
  const known =
    verb === 'create'
      ? undefined
      : idProperty === undefined
        ? account.records.get(object, id)
        : account.records.by(object, idProperty, id)
  const context: JsonObject = trace === undefined ? { ids: [id] } : { objectWriteTraceId: [trace], ids: [id] }
  if (known === undefined && (verb === 'read' || verb === 'update')) {
    const message = `Could not get some ${object} objects, they may be deleted or not exist. Check that ids are valid.`
    return { error: { status: 'error', category: 'OBJECT_NOT_FOUND', message, context } }
  }
  if (verb === 'read' && known !== undefined) {
    account.watcher.shown(object, known.id)
    const wanted = textsAt(body, 'properties')
    return {
      result: shown(
        known,
        wanted.filter(name => isProperty(object, name)),
      ),
    }
  }
  const properties = textsOf(valueAt(input, 'properties'))
  const given = verb === 'upsert' && idProperty !== undefined ? { ...properties, [idProperty]: id } : properties
  const written = account.write(object, known, given, 'api')
  if ('refused' in written) {
    if (trace === undefined) return written
    const { category, message, field } = written.refused
    const errors = field === undefined ? [] : [{ message, in: field }]
    return { error: { status: 'error', category, message, context, errors } }
  }
  return {
    result: {
      ...shown(written.record, [...Object.keys(given), 'hs_object_id', 'createdate']),
      ...(verb === 'upsert' ? { new: written.isNew } : {}),
      ...(trace === undefined ? {} : { objectWriteTraceId: trace }),
    },
  }
}

/** A record as replies show it, with these of its properties; one that has no value is null. */
export function shown(record: SandboxRecord, names: readonly string[]): JsonObject {
  const asked = [...new Set([...names, 'hs_object_id', 'createdate'])]
  return {
    id: record.id,
    properties: Object.fromEntries(asked.map(name => [name, record.properties[name] || null])),
    createdAt: new Date(record.createdAtMs).toISOString(),
    updatedAt: new Date(record.updatedAtMs).toISOString(),
    archived: record.archived,
  }
}

export function failure(status: number, { category, message }: Refusal): SandboxAnswer {
  return { status, json: { status: 'error', message, category, correlationId: 'aeb5f871-7f07-4993-9211-075dc63e7cbf' } }
}

export function textsOf(value: Json | undefined): Record<string, string> {
  if (!isJsonObject(value)) return {}
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, textAt(text, '') ?? '']))
}
