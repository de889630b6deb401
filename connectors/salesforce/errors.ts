import type { Operation } from '#connector/classify.ts'
import { existsSomewhere, retryOf } from '#connector/classify.ts'
import type { Outcome } from '#connector/outcome.ts'
import { listAt, textAt, textsAt } from '#connector/reply-path.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import { longId } from './record-id.ts'

/** One error of a reply (`errorCode`) or of a row of a collection (`statusCode`). */
export interface ApiError {
  code: string
  message: string
  fields: readonly string[]
  /** Ids of records that the error names, such as the one that holds a value already. */
  recordIds: readonly string[]
}

/** The errors in a list as Salesforce gives it; none when it is no such list. */
export function errorsIn(list: Json | undefined): ApiError[] {
  return (Array.isArray(list) ? list : []).flatMap(error => {
    const code = textAt(error, 'errorCode') ?? textAt(error, 'statusCode')
    if (code === undefined) return []
    const message = textAt(error, 'message') ?? code
    return [{ code, message, fields: textsAt(error, 'fields'), recordIds: recordIdsIn(error, message) }]
  })
}

/** `duplicate value found: X duplicates value on record with id: 003…`, or the matches of a duplicate rule. */
function recordIdsIn(error: Json, message: string): string[] {
  const named = /with id:? ([A-Za-z0-9]{18}|[A-Za-z0-9]{15})\b/.exec(message)?.[1]
  const matched = listAt(error, 'duplicateResult.matchResults').flatMap(result =>
    listAt(result, 'matchRecords').flatMap(match => textAt(match, 'record.Id') ?? []),
  )
  return [...new Set([...(named === undefined ? [] : [named]), ...matched].map(longId))]
}

/** Nothing was written, and a later try may succeed. */
const PASSING = new Set([
  'UNABLE_TO_LOCK_ROW',
  'QUERY_TIMEOUT',
  'SERVER_UNAVAILABLE',
  'REQUEST_RUNNING_TOO_LONG',
  'API_CURRENTLY_DISABLED',
  'STORAGE_LIMIT_EXCEEDED',
])
const CREDENTIALS = new Set(['INVALID_SESSION_ID', 'INVALID_AUTH_HEADER', 'API_DISABLED_FOR_ORG', 'INVALID_LOGIN'])
/** The limit of calls in flight passes soon, that of 24 hours frees itself little by little; no reply says when. */
const BUSY_MS = 30_000
const DAY_LIMIT_MS = 15 * 60_000

/** What the first error of a reply or row means for this operation; undefined when there is none. */
export function outcomeOfErrors(
  [error]: readonly ApiError[],
  { operation, nowMs }: { operation: Operation; nowMs: number },
): Outcome | undefined {
  if (error === undefined) return undefined
  const { code, fields, recordIds } = error
  const reason = `${code}: ${error.message}`
  if (code === 'REQUEST_LIMIT_EXCEEDED') {
    return retryOf(reason, nowMs + (/concurrent/i.test(error.message) ? BUSY_MS : DAY_LIMIT_MS), true)
  }
  if (PASSING.has(code)) return retryOf(reason)
  if (CREDENTIALS.has(code)) return { kind: 'disconnected', reason }
  if (isGone(error, operation)) return { kind: 'gone' }
  const [remoteId] = recordIds
  const makes = operation === 'create' || operation === 'upsert'
  if (makes && (code === 'DUPLICATE_VALUE' || code === 'DUPLICATES_DETECTED')) {
    if (remoteId !== undefined) return { kind: 'exists', remoteId }
    if (code === 'DUPLICATE_VALUE') return existsSomewhere(reason)
  }
  const field = fields[0]
  return { kind: 'rejected', reason, ...(field === undefined ? {} : { field }) }
}

/** A reference to another record that is missing is no sign that this one is. */
function isGone({ code, fields }: ApiError, operation: Operation): boolean {
  const isOfRecord = operation !== 'create' && operation !== 'upsert' && operation !== 'list' && operation !== 'find'
  if (!isOfRecord) return false
  if (code === 'ENTITY_IS_DELETED' || code === 'NOT_FOUND') return true
  return code === 'INVALID_CROSS_REFERENCE_KEY' && fields.every(field => field === 'Id')
}

/** What a reply whose body is one row (of a collection, or of a single write) says went wrong. */
export function errorsOfRow(row: Json | undefined): ApiError[] {
  return isJsonObject(row) ? errorsIn(row['errors']) : []
}
