import { hmacDigest } from '#connector/signature.ts'
import { fitMessage } from '../notices/message.ts'
import { type Notifier, secretOf, toldByCode } from './notifier.ts'
import { plainText } from './plain.ts'

const CONTENT_BYTES_MAX = 15_000
/** Five a second, a hundred a minute. */
const TOO_OFTEN = { 11232: 60_000 }

/**
 * A custom bot of Feishu 飞书 or Lark, signed where it has a signing secret: time and secret are the key, and nothing is what is signed.
 * Source: open.feishu.cn, custom bots.
 */
export const feishu: Notifier<'feishu'> = {
  async send(message, channel, access) {
    const text = fitMessage(message, CONTENT_BYTES_MAX, plainText)
    const secret = secretOf(channel, 'signingSecret')
    const signature = secret === '' ? {} : feishuSignature(secret, access.nowMs())
    // A tag for a mention in a value must be none.
    const json = { ...signature, msg_type: 'text', content: { text: text.replaceAll('<', '＜') } }
    const reply = await access.http.request({ method: 'POST', url: secretOf(channel, 'url'), json })
    return toldByCode(reply, access, { code: 'code', message: 'msg' }, TOO_OFTEN)
  },
}

/** Members of the body; the time is in seconds and may be off by an hour. */
export function feishuSignature(secret: string, nowMs: number): { timestamp: string; sign: string } {
  const timestamp = String(Math.floor(nowMs / 1_000))
  return { timestamp, sign: hmacDigest('sha256', Buffer.from(`${timestamp}\n${secret}`), []).toString('base64') }
}
