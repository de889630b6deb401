import type { SandboxAnswer } from '#connector/sandbox.ts'
import { asText } from '#connector/value-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { Org, Written } from './org.ts'

const COLLECTION_MAX = 200
const COMPOSITE_MAX = 25

export function problem(
  status: number,
  errorCode: string,
  message: string,
  fields: readonly string[] = [],
): SandboxAnswer {
  return { status, json: [{ message, errorCode, ...(fields.length === 0 ? {} : { fields: [...fields] }) }] }
}

/** A write of one record: by id 204 without a body, by external id 200 or 201 with one. */
export function writeOne(org: Org, type: string, key: readonly string[], body: JsonObject): SandboxAnswer {
  const [idOrField = '', value] = key
  if (value === undefined) {
    const written = org.update(type, idOrField, body)
    if (!written.ok && written.fields.includes('Id')) {
      return problem(404, 'NOT_FOUND', 'The requested resource does not exist')
    }
    return written.ok ? { status: 204 } : problem(400, written.code, written.message, written.fields)
  }
  const written = org.upsert(type, idOrField, value, body)
  if (written.ok) return { status: written.created ? 201 : 200, json: { ...rowOf(written, true) } }
  if (written.code !== 'DUPLICATE_EXTERNAL_ID') return problem(400, written.code, written.message, written.fields)
  const twins = org.all(type).filter(one => one[idOrField] === value)
  return { status: 300, json: twins.map(one => `/services/data/v62.0/sobjects/${type}/${asText(one['Id'])}`) }
}

export function rowOf(written: Written, withCreated: boolean): JsonObject {
  if (written.ok) {
    return { id: written.id, success: true, errors: [], ...(withCreated ? { created: written.created } : {}) }
  }
  const { code, message, fields } = written
  return { success: false, errors: [{ statusCode: code, message, fields: [...fields] }] }
}

/** `PATCH /composite/sobjects` (by id), or with object and external id field (upsert). */
export function writeCollection(
  org: Org,
  target: { type: string; field: string } | undefined,
  body: JsonObject,
): SandboxAnswer {
  const records = Array.isArray(body['records']) ? body['records'].filter(isJsonObject) : []
  if (records.length === 0) return problem(400, 'REQUIRED_FIELD_MISSING', 'no records are given')
  if (records.length > COLLECTION_MAX) {
    return problem(400, 'INVALID_INPUT', `Maximum number of records exceeded: ${COLLECTION_MAX}`)
  }
  const keys = records.map(record => (target === undefined ? record['id'] : record[target.field]))
  const rows = records.map((record, index): JsonObject => {
    const { attributes, id, ...fields } = record
    const key = keys[index]
    if (keys.filter(other => other === key).length > 1) {
      return rowOf(
        { ok: false, code: 'DUPLICATE_VALUE', message: `Duplicate key in request: ${asText(key)}`, fields: [] },
        false,
      )
    }
    if (target === undefined) {
      return rowOf(org.update(typeOf(attributes), asText(id) ?? '', fields), false)
    }
    const { [target.field]: _, ...rest } = fields
    return rowOf(org.upsert(target.type, target.field, asText(key) ?? '', rest), true)
  })
  return { status: 200, json: rows }
}

function typeOf(attributes: Json | undefined): string {
  return isJsonObject(attributes) && typeof attributes['type'] === 'string' ? attributes['type'] : ''
}

export function removeCollection(org: Org, ids: readonly string[]): SandboxAnswer {
  if (ids.length > COLLECTION_MAX) return problem(400, 'INVALID_INPUT', 'too many ids')
  return { status: 200, json: ids.map(id => rowOf(org.remove(id), false)) }
}

/** `POST /composite` with single writes; later ones refer to earlier ones. With `allOrNone` one failure undoes all. */
export function composite(
  body: JsonObject,
  run: (method: string, url: string, body: JsonObject) => SandboxAnswer,
  undo: () => void,
): SandboxAnswer {
  const requests = Array.isArray(body['compositeRequest']) ? body['compositeRequest'].filter(isJsonObject) : []
  if (requests.length === 0 || requests.length > COMPOSITE_MAX) {
    return problem(400, 'INVALID_INPUT', `expected 1 to ${COMPOSITE_MAX} sub-requests`)
  }
  const answers = new Map<string, SandboxAnswer>()
  for (const { referenceId, method, url, body: own } of requests) {
    const filled = isJsonObject(own) ? referring(own, answers) : {}
    const answer =
      filled === undefined
        ? problem(400, 'PROCESSING_HALTED', 'Invalid reference specified')
        : run(asText(method) ?? '', asText(url) ?? '', filled)
    answers.set(asText(referenceId) ?? '', answer)
  }
  const isHalted = body['allOrNone'] === true && [...answers.values()].some(answer => answer.status >= 300)
  if (isHalted) undo()
  const halted = problem(400, 'PROCESSING_HALTED', 'The transaction was rolled back since another operation failed.')
  const rows = [...answers].map(([referenceId, answer]): JsonObject => {
    const { status, json } = isHalted && answer.status < 300 ? halted : answer
    return { body: json ?? null, httpHeaders: {}, httpStatusCode: status, referenceId }
  })
  return { status: 200, json: { compositeResponse: rows } }
}

/** `@{parent.id}` in values is what that request answered; undefined where it answered nothing. */
function referring(body: JsonObject, answers: ReadonlyMap<string, SandboxAnswer>): JsonObject | undefined {
  const filled: JsonObject = {}
  for (const [name, value] of Object.entries(body)) {
    const [, reference = '', member = ''] = typeof value === 'string' ? (/^@\{(\w+)\.(\w+)\}$/.exec(value) ?? []) : []
    const answered = answers.get(reference)?.json
    const referred = isJsonObject(answered) ? answered[member] : undefined
    if (reference !== '' && referred === undefined) return undefined
    filled[name] = reference === '' ? value : (referred ?? null)
  }
  return filled
}
