import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HubConfig } from '#config/config.ts'
import type { Credentials, RawRequest, Reply, WebhookPart } from '#connector/kit.ts'
import type { System, Systems } from '#connector/system.ts'
import { type Ids, traceIdOf } from '#model/ids.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import { accepted, problem, send } from './answer.ts'
import type { Appender, EventRow, RequestRow } from './append.ts'
import { readBody } from './body-reader.ts'
import { eventRow } from './event-row.ts'
import { redactRequest } from './redact.ts'
import type { Refusals } from './refusals.ts'

const WAITING_BYTES_MAX = 128 * 1024 * 1024

export interface IntakeParts {
  config: HubConfig
  systems: Systems
  appender: Appender
  refusals: Refusals
  diskFull: () => boolean
  ids: Ids
  nowMs: () => number
  log: Log
  metrics: Metrics
}

/** Stage 1: read the raw bytes, verify, split, append, commit, answer. Nothing is acknowledged before it is durable. */
export function createIntake(parts: IntakeParts) {
  const { config, systems, metrics, log } = parts

  return async function intake(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = performance.now()
    const target = parseTarget(request.url ?? '/')
    const system = systems.get(target.system)
    const reply = await answer(request, target, system)
    const name = system === undefined ? 'unknown' : target.system
    if (reply.status === 413) response.setHeader('connection', 'close')
    send(response, reply)
    const durationMs = performance.now() - startedMs
    metrics.requests.inc({ system: name, result: String(reply.status) })
    metrics.receiveSeconds.observe(durationMs / 1000)
    log.debug({ unit: 'receive', system: name, status: reply.status, durationMs: Math.round(durationMs) }, 'request')
  }

  async function answer(request: IncomingMessage, target: Target, system: System | undefined): Promise<Reply> {
    if (system === undefined)
      return problem('unknown_system', `No system is named "${target.system}" in the configuration.`)
    const webhook = system.connector.webhook
    if (webhook === undefined) return problem('not_a_source', `System "${target.system}" takes no webhooks.`)
    if (parts.diskFull()) return problem('disk_full', 'The hub is short of disk space; send again later.')
    if (parts.appender.waitingBytes() > WAITING_BYTES_MAX)
      return problem('overloaded', 'The hub has more waiting than it may hold; send again later.')

    const body = await readBody(request, config.limits.bodyBytesMax)
    if (body === 'too_large')
      return problem('body_too_large', `The body is larger than ${config.limits.bodyBytesMax} bytes.`)
    if (body === 'aborted') return { status: 400 }
    const raw = rawRequest(request, target, body)
    const credentials: Credentials<unknown> = { settings: system.config.settings, secrets: system.config.secrets }
    const nowMs = parts.nowMs()

    if (target.page)
      return (
        webhook.page?.(raw, credentials, nowMs) ?? problem('not_a_source', `System "${target.system}" has no page.`)
      )
    const probe = webhook.handshake?.(raw, credentials, nowMs)
    if (probe !== undefined) return probe
    if (!webhook.methods.includes(raw.method))
      return problem('method_not_allowed', `Use ${webhook.methods.join(' or ')}.`)

    const verdict = webhook.verify(raw, credentials, nowMs)
    if (!verdict.ok) {
      parts.refusals.keep(target.system, verdict.code, raw, traceIdOf(raw.headers.traceparent) ?? parts.ids.traceId())
      return verdict.code === 'spam_suspected'
        ? spamReply(webhook, raw, credentials)
        : problem(verdict.code, verdict.message)
    }
    return await store(target, webhook, raw, credentials, nowMs)
  }

  async function store(
    target: Target,
    webhook: WebhookPart<unknown>,
    raw: RawRequest,
    credentials: Credentials<unknown>,
    nowMs: number,
  ): Promise<Reply> {
    const split = webhook.split(raw, credentials, nowMs)
    const context = {
      requestId: parts.ids.uuid(),
      traceId: traceIdOf(raw.headers.traceparent) ?? parts.ids.traceId(),
      nowMs,
    }
    if (split.ok && split.events.length > config.limits.eventsPerRequestMax) {
      return problem(
        'too_many_events',
        `One request may carry ${config.limits.eventsPerRequestMax} events, this one has ${split.events.length}.`,
      )
    }
    const events = split.ok
      ? split.events.map((incoming, item) =>
          eventRow(incoming, {
            id: parts.ids.uuid(),
            requestId: context.requestId,
            item,
            system: target.system,
            origin: 'webhook',
            receivedAtMs: nowMs,
            traceId: context.traceId,
            body: raw.body,
            shards: config.limits.shards,
            policy: config.policy,
          }),
        )
      : [malformedEvent(target.system, split.message, { id: parts.ids.uuid(), ...context })]
    const reply = split.ok
      ? (webhook.reply?.(raw, credentials, { eventIds: events.map(event => event.id) }) ??
        accepted(events.map(event => event.id)))
      : problem('malformed', split.message, webhook.malformedStatus)
    try {
      await parts.appender.append({
        request: requestRow(target.system, webhook, raw, credentials, reply.status, context),
        events,
      })
      return reply
    } catch (error) {
      log.error(
        { err: error, system: target.system },
        'a request could not be stored; its sender was told to come back',
      )
      return problem('not_stored', 'The hub could not store the request; send it again later.')
    }
  }

  function rawRequest(request: IncomingMessage, target: Target, body: Uint8Array): RawRequest {
    return {
      method: request.method ?? 'GET',
      path: target.path,
      query: target.query,
      headers: singleHeaders(request),
      body,
      publicUrl: config.hub.publicUrl + (request.url ?? ''),
      remoteAddress: request.socket.remoteAddress ?? '',
    }
  }
}

/** Bots that fell into the honeypot see what people see, and learn nothing. */
function spamReply(webhook: WebhookPart<unknown>, raw: RawRequest, credentials: Credentials<unknown>): Reply {
  return webhook.reply?.(raw, credentials, { eventIds: [] }) ?? accepted([])
}

interface Target {
  system: string
  path: string
  query: URLSearchParams
  page: boolean
}

/** `/in/<system>/<path>?<query>` and `/forms/<system>`. */
function parseTarget(url: string): Target {
  const mark = url.indexOf('?')
  const pathname = mark < 0 ? url : url.slice(0, mark)
  const [, top = '', system = '', ...rest] = pathname.split('/')
  return {
    system: decodeSegment(system),
    path: rest.length === 0 ? '' : `/${rest.join('/')}`,
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    page: top === 'forms',
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function singleHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}

interface StoreContext {
  requestId: string
  traceId: string
  nowMs: number
}

function requestRow(
  system: string,
  webhook: WebhookPart<unknown>,
  raw: RawRequest,
  credentials: Credentials<unknown>,
  status: number,
  context: StoreContext,
): RequestRow {
  const redacted = redactRequest(raw, webhook.redact(credentials.settings))
  return {
    id: context.requestId,
    system,
    method: raw.method,
    path: redacted.path,
    headers: redacted.headers,
    contentType: raw.headers['content-type'],
    body: raw.body,
    status,
    traceId: context.traceId,
    receivedAtMs: context.nowMs,
  }
}

function malformedEvent(system: string, message: string, context: StoreContext & { id: string }): EventRow {
  return {
    id: context.id,
    requestId: context.requestId,
    item: 0,
    system,
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
    receivedAtMs: context.nowMs,
    whole: true,
    payload: undefined,
    contentType: undefined,
    shard: 0,
    state: 'dead',
    reason: 'malformed',
    detail: { message },
    traceId: context.traceId,
    dedupe: undefined,
  }
}
