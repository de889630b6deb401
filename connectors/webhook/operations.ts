import type { HttpFailure, HttpReply } from '#connector/network/http.ts'
import type { Access, PushItem, PushPart } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { retryAfterMs } from '#connector/retry-after.ts'
import { signStandardWebhook } from '#connector/standard-webhooks.ts'
import type { Json } from '#model/json.ts'
import type { WebhookSettings } from './settings.ts'

/** Posts each change as `{type, timestamp, data}`; receivers tell repeats by the header webhook-id. */
export const push: PushPart<WebhookSettings> = {
  batchMax: () => 1,
  upsert: (access, object, items) =>
    Promise.all(items.map(item => post(access, item, `${object}.upserted`, { ...item.content, id: item.externalId }))),
  delete: (access, object, items, how) =>
    Promise.all(items.map(item => post(access, item, `${object}.${how}d`, { id: item.externalId }))),
}

async function post(access: Access<WebhookSettings>, item: PushItem, type: string, data: Json): Promise<Outcome> {
  const { out } = access.settings
  if (out === undefined) return { kind: 'disconnected', reason: 'no receiver is configured: set settings.out.url' }
  const nowMs = access.nowMs()
  const body = JSON.stringify({ type, timestamp: new Date(nowMs).toISOString(), data })
  // Full stops separate what is signed, so the id may hold none.
  const id = `msg_${item.idempotencyKey.replaceAll('.', '_')}`
  const signature = signStandardWebhook(id, nowMs, body, access.secrets['signingSecret'] ?? [])
  if (signature === undefined) {
    return { kind: 'disconnected', reason: 'the secret signingSecret is missing or not of the form whsec_<base64>' }
  }
  const headers = { ...out.headers, 'content-type': 'application/json', ...signature }
  return outcomeOf(await access.http.request({ method: 'POST', url: out.url, headers, body }), item.externalId, nowMs)
}

/**
 * What the receiver's answer means. A repeat does no harm (same webhook-id), so a time-out is retried, never "unknown".
 * 410 says that nobody wants these webhooks any more (Standard Webhooks): that concerns the system, not this one record.
 */
export function outcomeOf(reply: HttpReply | HttpFailure, externalId: string, nowMs: number): Outcome {
  if (!reply.ok) {
    const reason = `${reply.kind}: ${reply.message}`
    return reply.kind === 'address_refused' ? { kind: 'disconnected', reason } : { kind: 'retry', reason }
  }
  const { status } = reply
  if (status >= 200 && status < 300) return { kind: 'delivered', remoteId: externalId }
  const reason = `the receiver answered ${status}: ${reply.text.slice(0, 200)}`
  if (status === 410) return { kind: 'disconnected', reason: 'the receiver answered 410: it wants no more webhooks' }
  if (status === 401 || status === 403) return { kind: 'disconnected', reason }
  if (status === 429 || status >= 500 || status < 400 || [404, 405, 408, 425].includes(status)) {
    const notBeforeMs = retryAfterMs(reply.headers['retry-after'], nowMs)
    return {
      kind: 'retry',
      reason,
      ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
      ...(status === 429 ? { throttled: true } : {}),
    }
  }
  return { kind: 'rejected', reason }
}

/** A HEAD: any answer proves that the receiver is there; only a real delivery would prove the secret. */
export async function check(access: Access<WebhookSettings>) {
  const { out } = access.settings
  if (out === undefined) return { ok: true as const, detail: 'receives only' }
  const reply = await access.http.request({ method: 'HEAD', url: out.url })
  if (!reply.ok) return { ok: false as const, message: `${out.url} cannot be reached: ${reply.message}` }
  if (reply.status >= 500) return { ok: false as const, message: `${out.url} answered ${reply.status}` }
  return { ok: true as const, detail: `${out.url} answered ${reply.status} to HEAD` }
}
