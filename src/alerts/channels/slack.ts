import { fitMessage, type Message, type MessageAlert, wordsOf } from '../notices/message.ts'
import { type Notifier, postBody, toldByStatus } from './notifier.ts'

/** A section has at most 3,000 characters, a message 50 blocks and some 40,000 characters. */
const SECTION_MAX = 2_900
const BYTES_MAX = 30_000

/** An incoming webhook of Slack: the address is the secret. Source: docs.slack.dev, incoming webhooks. */
export const slack: Notifier<'slack'> = {
  async send(message, channel, access) {
    const body = fitMessage(message, BYTES_MAX, shown => JSON.stringify(bodyOf(shown)))
    return toldByStatus(await postBody(channel, body, access), access)
  },
}

function bodyOf(message: Message) {
  const { title, alerts, more, acknowledgeUrl, language } = message
  const words = wordsOf(language)
  const ends = [
    ...(more > 0 ? [escape(words.more(more))] : []),
    ...(acknowledgeUrl === undefined ? [] : [`<${acknowledgeUrl}|${words.acknowledge}>`]),
  ]
  return {
    text: escape(title),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title.slice(0, 150), emoji: false } },
      ...alerts.map(alert => section(sectionOf(alert, title))),
      ...(ends.length === 0 ? [] : [section(ends.join('\n'))]),
    ],
    unfurl_links: false,
  }
}

function section(text: string) {
  return { type: 'section', text: { type: 'mrkdwn', text: text.slice(0, SECTION_MAX), verbatim: true } }
}

function sectionOf({ what, facts }: MessageAlert, title: string): string {
  const lines = facts.map(({ label, value }) => `*${label}*: ${escape(value)}`)
  return [...(what === title ? [] : [`*${escape(what)}*`]), ...lines].join('\n')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
