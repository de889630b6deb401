import type { HubConfig } from '#config/config.ts'
import type { Credentials, RawRequest, Reply, WebhookPart } from '#connector/kit.ts'
import type { System } from '#connector/system.ts'
import type { Ids } from '#model/ids.ts'
import type { Log } from '#observe/log.ts'
import { accepted, type Answer, problem } from './answer.ts'
import type { Appender } from './append/append.ts'
import { createIntakeStore } from './intake-store.ts'
import type { Refusals } from './refused/refusals.ts'

const WAITING_BYTES_MAX = 128 * 1024 * 1024

export interface ReceiveParts {
  config: HubConfig
  appender: Appender
  refusals: Pick<Refusals, 'keep'>
  diskFull: () => boolean
  ids: Ids
  nowMs: () => number
  log: Log
}

/** What a request is addressed to. */
export interface Target {
  system: string
  path: string
  query: URLSearchParams
  page: boolean
}

/** A request whose head was read. */
export interface Arrival {
  target: Target
  system: System | undefined
  /** Its body is filled once it is read. */
  raw: RawRequest
  credentials: Credentials<unknown>
  traceId: string
}

/** Brings the body of a request, which is not read before there is room for it. */
export type ReadBody = () => Promise<Uint8Array | 'too_large' | 'aborted'>

/** Stage 1 without its HTTP: verify, split, append, commit, and only then an answer of success. */
export function createReceive(parts: ReceiveParts): (arrival: Arrival, readBody: ReadBody) => Promise<Answer> {
  const { config } = parts
  const store = createIntakeStore(parts)
  return async function receive(arrival, readBody) {
    const { target, system, raw, credentials, traceId } = arrival
    if (system === undefined)
      return problem('unknown_system', `No system is named "${target.system}" in the configuration.`)
    const webhook = system.connector.webhook
    if (webhook === undefined) return problem('not_a_source', `System "${target.system}" takes no webhooks.`)
    if (parts.diskFull()) return problem('disk_full', 'The hub is short of disk space; send again later.')
    if (parts.appender.waitingBytes() > WAITING_BYTES_MAX)
      return problem('overloaded', 'The hub has more waiting than it may hold; send again later.')

    const body = await readBody()
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
}

/** Bots that fell into the honeypot see what people see, and learn nothing. */
function spamReply(webhook: WebhookPart<unknown>, raw: RawRequest, credentials: Credentials<unknown>): Reply {
  return webhook.reply?.(raw, credentials, { eventIds: [] }) ?? accepted([])
}
