import type { HubConfig } from '#config/config.ts'
import type { Credentials, RawRequest, WebhookPart } from '#connector/kit.ts'
import type { Ids } from '#model/ids.ts'
import type { Log } from '#observe/log.ts'
import { accepted, type Answer, problem } from './answer.ts'
import type { Appender } from './append/append.ts'
import type { EventRow, RequestRow } from './append/rows.ts'
import { eventRow } from './append/event-row.ts'
import { redactRequest } from './redact.ts'

/** A request whose sender is proven. */
export interface VerifiedRequest {
  system: string
  webhook: WebhookPart<unknown>
  raw: RawRequest
  credentials: Credentials<unknown>
  receivedAtMs: number
  traceId: string
}

/** Splits a verified request into events, makes both durable, and only then gives the answer of success. */
export function createIntakeStore(parts: { config: HubConfig; appender: Appender; ids: Ids; log: Log }) {
  const { config, appender, ids, log } = parts
  let quietUntilMs = 0

  /** Once a second: with the database away every request fails in the same way. */
  function sayRarely(error: unknown, system: string): void {
    if (performance.now() < quietUntilMs) return
    quietUntilMs = performance.now() + 1_000
    log.error({ err: error, system }, 'a request could not be stored; its sender was told to come back')
  }

  return async function store(request: VerifiedRequest): Promise<Answer> {
    const { system, webhook, raw, credentials } = request
    const reading = webhook.split(raw, credentials, request.receivedAtMs)
    const split = reading instanceof Promise ? await reading : reading
    if (split.ok && split.events.length > config.limits.eventsPerRequestMax) {
      return problem(
        'too_many_events',
        `One request may carry ${config.limits.eventsPerRequestMax} events, this one has ${split.events.length}.`,
      )
    }
    const requestId = ids.uuid()
    const events = split.ok
      ? split.events.map((incoming, item) =>
          eventRow(incoming, {
            id: ids.uuid(),
            requestId,
            item,
            system,
            origin: 'webhook',
            receivedAtMs: request.receivedAtMs,
            traceId: request.traceId,
            body: raw.body,
            shards: config.limits.shards,
            policy: config.policy,
          }),
        )
      : [malformedEvent(request, ids.uuid(), requestId, split.message)]
    const eventIds = events.map(event => event.id)
    const reply = split.ok
      ? (webhook.reply?.(raw, credentials, { eventIds }) ?? accepted(eventIds))
      : problem('malformed', split.message, webhook.malformedStatus)
    try {
      await appender.append({ request: requestRow(request, requestId, reply.status), events })
      return reply
    } catch (error) {
      sayRarely(error, system)
      return problem('not_stored', 'The hub could not store the request; send it again later.')
    }
  }
}

function requestRow(request: VerifiedRequest, id: string, status: number): RequestRow {
  const { raw, webhook, credentials } = request
  const redacted = redactRequest(raw, webhook.redact(credentials.settings))
  return {
    id,
    system: request.system,
    method: raw.method,
    path: redacted.path,
    headers: redacted.headers,
    contentType: raw.headers['content-type'],
    body: raw.body,
    status,
    traceId: request.traceId,
    receivedAtMs: request.receivedAtMs,
  }
}

/** A body that cannot be read behind a valid signature: kept, exact, as a dead event. */
function malformedEvent(request: VerifiedRequest, id: string, requestId: string, message: string): EventRow {
  return {
    id,
    requestId,
    item: 0,
    system: request.system,
    object: '',
    type: 'malformed',
    kind: 'unknown',
    origin: 'webhook',
    remoteId: undefined,
    vendorEventId: undefined,
    version: undefined,
    author: undefined,
    mergedInto: undefined,
    occurredAtMs: undefined,
    receivedAtMs: request.receivedAtMs,
    whole: true,
    payload: undefined,
    contentType: undefined,
    shard: 0,
    state: 'dead',
    reason: 'malformed',
    detail: { message },
    notes: [],
    traceId: request.traceId,
    dedupe: undefined,
  }
}
