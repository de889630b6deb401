import { classifyStatus, existsSomewhere, retryOf, type Operation } from '#connector/classify.ts'
import type { HttpReply } from '#connector/network/http.ts'
import type { Outcome } from '#connector/outcome.ts'
import { textAt, valueAt } from '#connector/reply-path.ts'
import { isJsonObject, type Json } from '#model/json.ts'

interface Failure {
  /** Name of the exception, such as `odoo.exceptions.ValidationError`. */
  name: string
  message: string
}

/**
 * What a reply means; undefined: it worked. JSON-2 answers an exception with its status and `{name, message}`, JSON-RPC with
 * 200 and `error.data`. Which exception it was says more than the status.
 */
export function outcomeOf(reply: HttpReply, view: { operation: Operation; nowMs: number }): Outcome | undefined {
  const failure = failureIn(reply.json)
  if (failure !== undefined) return outcomeOfFailure(failure, view.operation, () => classifyStatus(reply, view))
  if (reply.status === 200 && reply.json === undefined) {
    return retryOf(`the answer is no JSON: is ${JSON.stringify(reply.text.slice(0, 80))} Odoo?`)
  }
  return classifyStatus(reply, view)
}

function failureIn(json: Json | undefined): Failure | undefined {
  const error = valueAt(json, 'error')
  const data = isJsonObject(error) ? (isJsonObject(error['data']) ? error['data'] : error) : json
  const name = textAt(data, 'name')
  const message = textAt(data, 'message') ?? textAt(error, 'message')
  if (isJsonObject(error)) return { name: name ?? '', message: message ?? JSON.stringify(error).slice(0, 300) }
  // A record may have a name and a message as well; an exception bears its arguments.
  const isException = isJsonObject(json) && name !== undefined && ('debug' in json || 'arguments' in json)
  return isException ? { name, message: message ?? name } : undefined
}

function outcomeOfFailure(
  { name, message }: Failure,
  operation: Operation,
  byStatus: () => Outcome | undefined,
): Outcome | undefined {
  const reason = `${name.replace(/^.*\./, '')}: ${message.slice(0, 300)}`
  const isOfRecord = operation === 'update' || operation === 'delete' || operation === 'archive' || operation === 'read'
  if (/AccessDenied|Unauthorized|SessionExpired/.test(name)) return { kind: 'disconnected', reason }
  if (
    /SerializationFailure|LockNotAvailable|DeadlockDetected|OperationalError/.test(name) ||
    /could not serialize/.test(message)
  )
    return retryOf(reason)
  if (/MissingError/.test(name) && isOfRecord) return { kind: 'gone' }
  if (operation === 'create' && /UniqueViolation/.test(name)) return existsSomewhere(reason)
  if (operation === 'create' && /unique|already exists/i.test(message)) return existsSomewhere(reason)
  if (/AccessError|Forbidden|NotFound|ValidationError|UserError|MissingError|RedirectWarning/.test(name))
    return { kind: 'rejected', reason }
  if (/ValueError|KeyError|TypeError|IntegrityError|Violation|UnprocessableEntity|BadRequest/.test(name))
    return { kind: 'rejected', reason }
  // With JSON-RPC every failure is a 200: an exception that nobody foresaw says nothing of what was written before.
  return byStatus() ?? (operation === 'create' ? { kind: 'unknown', reason } : { kind: 'rejected', reason })
}
