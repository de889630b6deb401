import { hmacDigest } from '#connector/signature.ts'
import { fitMessage } from '../notices/message.ts'
import { type Notifier, secretOf, toldByCode } from './notifier.ts'
import { escapeMarkdown, markdownText } from './plain.ts'

const CONTENT_BYTES_MAX = 15_000
/** Above 20 messages a minute the robot is silent for ten minutes; -1: busy. */
const TOO_OFTEN = { 410100: 10 * 60_000, [-1]: 60_000 }

/**
 * A custom robot of DingTalk 钉钉, signed where it has a signing secret (SEC...): the secret is the key, and part of what is signed.
 * Source: open.dingtalk.com, custom robots.
 */
export const dingtalk: Notifier<'dingtalk'> = {
  async send(message, channel, access) {
    const text = fitMessage(message, CONTENT_BYTES_MAX, shown => markdownText(shown, escapeMarkdown))
    const json = { msgtype: 'markdown', markdown: { title: message.title, text }, msgUuid: message.id }
    const secret = secretOf(channel, 'signingSecret')
    const query = secret === '' ? {} : dingtalkSignature(secret, access.nowMs())
    const reply = await access.http.request({ method: 'POST', url: secretOf(channel, 'url'), query, json })
    return toldByCode(reply, access, { code: 'errcode', message: 'errmsg' }, TOO_OFTEN)
  },
}

/** Parameters of the address; the time is in milliseconds and may be off by an hour. */
export function dingtalkSignature(secret: string, nowMs: number): { timestamp: string; sign: string } {
  const timestamp = String(nowMs)
  return { timestamp, sign: hmacDigest('sha256', Buffer.from(secret), [`${timestamp}\n${secret}`]).toString('base64') }
}
