import { fitMessage } from '../notices/message.ts'
import { type Notifier, secretOf, toldByCode } from './notifier.ts'
import { escapeMarkdown, markdownText } from './plain.ts'

const CONTENT_BYTES_MAX = 4_096
/** More than 20 messages within a minute. */
const TOO_OFTEN = { 45009: 60_000 }

/** A group robot of WeCom 企业微信: the key in its address is the secret. Source: developer.work.weixin.qq.com, document 91770. */
export const wecom: Notifier<'wecom'> = {
  async send(message, channel, access) {
    const content = fitMessage(message, CONTENT_BYTES_MAX, shown => markdownText(shown, escapeMarkdown))
    const json = { msgtype: 'markdown', markdown: { content } }
    const reply = await access.http.request({ method: 'POST', url: secretOf(channel, 'url'), json })
    return toldByCode(reply, access, { code: 'errcode', message: 'errmsg' }, TOO_OFTEN)
  },
}
