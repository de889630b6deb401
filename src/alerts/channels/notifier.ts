import { retryAfterMs } from '#connector/retry-after.ts'
import { isJsonObject } from '#model/json.ts'
import type { AlertChannel, AlertChannelType } from '#config/alerts/alerts.ts'
import type { HttpClient, HttpFailure, HttpReply } from '#connector/network/http.ts'
import type { Network } from '#connector/kit.ts'
import type { Message } from '../notices/message.ts'

/** What became of a notice at one channel. */
export type Told =
  | { ok: true }
  /** `quietForMs`: the vendor asks to be left alone for so long. Never holds a secret. */
  | { ok: false; message: string; quietForMs?: number }

export interface NotifierAccess {
  /** Guarded against SSRF, as all calls of the hub are. */
  http: HttpClient
  network: Network
  nowMs: () => number
  /** Takes what is secret out of a text of the vendor. */
  redact: (text: string) => string
  /** Mail of a channel without addresses goes to the team's. */
  teamEmail: string | undefined
}

export type ChannelOf<Type extends AlertChannelType> =
  Extract<AlertChannel, { type: Type }> | (AlertChannel & { type: Type })

/** One kind of channel: makes the vendor's form of a message and says what the vendor answered. Never throws for what a vendor does. */
export interface Notifier<Type extends AlertChannelType> {
  /** Whether it wants to hear that somebody acknowledged. */
  hearsAcknowledgements?: boolean
  send(message: Message, channel: ChannelOf<Type>, access: NotifierAccess): Promise<Told>
}

export function secretOf(channel: AlertChannel, name: string): string {
  return channel.secrets[name]?.[0] ?? ''
}

/** Posts JSON as it stands to the address that is the channel's secret. */
export function postBody(
  channel: AlertChannel,
  body: string,
  { http }: NotifierAccess,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpReply | HttpFailure> {
  const url = secretOf(channel, 'url')
  return http.request({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, body })
}

const MINUTE_MS = 60_000

/** What a reply says by its status; the body of a good one is for the notifier to judge. */
export function toldByStatus(reply: HttpReply | HttpFailure, { redact, nowMs }: NotifierAccess): Told {
  if (!reply.ok) return { ok: false, message: redact(`${reply.kind}: ${reply.message}`) }
  if (reply.status >= 200 && reply.status < 300) return { ok: true }
  const message = redact(`HTTP ${reply.status}: ${reply.text.slice(0, 200)}`)
  return reply.status === 429
    ? { ok: false, message, quietForMs: quietOf(reply.headers['retry-after'], nowMs()) }
    : { ok: false, message }
}

function quietOf(retryAfter: string | undefined, nowMs: number): number {
  const atMs = retryAfterMs(retryAfter, nowMs)
  return atMs === undefined ? MINUTE_MS : Math.min(Math.max(0, atMs - nowMs), 60 * MINUTE_MS)
}

/** A robot that answers 200 and says in its body what went wrong. */
export function toldByCode(
  reply: HttpReply | HttpFailure,
  access: NotifierAccess,
  names: { code: string; message: string },
  busy: Readonly<Record<number, number>>,
): Told {
  const told = toldByStatus(reply, access)
  if (!told.ok || !reply.ok) return told
  const body = isJsonObject(reply.json) ? reply.json : {}
  const code = body[names.code]
  if (code === 0) return { ok: true }
  if (typeof code !== 'number')
    return { ok: false, message: access.redact(`an answer that is none: ${reply.text.slice(0, 200)}`) }
  const text = body[names.message]
  const message = access.redact(`${code}: ${typeof text === 'string' ? text.slice(0, 200) : ''}`)
  const quietForMs = busy[code]
  return quietForMs === undefined ? { ok: false, message } : { ok: false, message, quietForMs }
}
