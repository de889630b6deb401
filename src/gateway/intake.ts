import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HubConfig } from '#config/config.ts'
import type { Credentials, RawRequest, Reply, WebhookPart } from '#connector/kit.ts'
import type { System, Systems } from '#connector/system.ts'
import { type Ids, traceIdOf } from '#model/ids.ts'
import type { BoundedLines } from '#observe/bounded-lines.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import { accepted, type Answer, dressed, problem, send } from './answer.ts'
import type { Appender } from './append.ts'
import { readBody } from './body-reader.ts'
import { createIntakeStore } from './intake-store.ts'
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
  /** One line per request that was refused or failed, within a bound. */
  refusedLines: Pick<BoundedLines, 'write'>
  metrics: Metrics
}

/** Stage 1: read the raw bytes, verify, split, append, commit, answer. Nothing is acknowledged before it is durable. */
export function createIntake(parts: IntakeParts) {
  const { config, systems, metrics, refusedLines } = parts
  const store = createIntakeStore(parts)

  return async function intake(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = performance.now()
    const target = parseTarget(request.url ?? '/')
    const system = systems.get(target.system)
    const raw = rawRequest(request, target)
    const traceId = traceIdOf(raw.headers.traceparent) ?? parts.ids.traceId()
    const credentials = { settings: system?.config.settings, secrets: system?.config.secrets ?? {} }
    const answered = await answer(request, { target, system, raw, credentials, traceId })
    const reply = dressed(answered, system?.connector.webhook, raw, credentials)
    const name = system === undefined ? 'unknown' : target.system
    if (reply.status === 413) response.setHeader('connection', 'close')
    send(response, reply)
    const durationMs = performance.now() - startedMs
    metrics.requests.inc({ system: name, result: String(reply.status) })
    metrics.receiveSeconds.observe(durationMs / 1000)
    if (answered.problem !== undefined) {
      const { code } = answered.problem
      const { remoteAddress } = raw
      const line = { system: name, status: reply.status, code, remoteAddress, traceId }
      refusedLines.write(code, { ...line, durationMs: Math.round(durationMs) })
    }
  }

  async function answer(request: IncomingMessage, arrival: Arrival): Promise<Answer> {
    const { target, system, raw, credentials, traceId } = arrival
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
    raw.body = body
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
      parts.refusals.keep(target.system, verdict.code, raw, traceId)
      return verdict.code === 'spam_suspected'
        ? { ...spamReply(webhook, raw, credentials), problem: { code: verdict.code, detail: verdict.message } }
        : problem(verdict.code, verdict.message)
    }
    return await store({ system: target.system, webhook, raw, credentials, receivedAtMs: nowMs, traceId })
  }

  /** Without its body, which is not read before there is room for it. */
  function rawRequest(request: IncomingMessage, target: Target): RawRequest {
    return {
      method: request.method ?? 'GET',
      path: target.path,
      query: target.query,
      headers: singleHeaders(request),
      body: new Uint8Array(),
      publicUrl: config.hub.publicUrl + (request.url ?? ''),
      remoteAddress: request.socket.remoteAddress ?? '',
    }
  }
}

interface Arrival {
  target: Target
  system: System | undefined
  /** Its body is filled once it is read. */
  raw: RawRequest
  credentials: Credentials<unknown>
  traceId: string
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
