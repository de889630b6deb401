import { fitMessage, type Message, wordsOf } from '../notices/message.ts'
import { type Notifier, postBody, toldByStatus } from './notifier.ts'

/** A message may have some 28 KB. */
const BYTES_MAX = 24_000

/**
 * A Power Automate workflow with the trigger "When a Teams webhook request is received"; its address is the secret, and goes
 * out as it is. 202 means that the flow has it. Source: learn.microsoft.com, connectors-using.
 */
export const microsoftTeams: Notifier<'microsoft-teams'> = {
  async send(message, channel, access) {
    const body = fitMessage(message, BYTES_MAX, shown => JSON.stringify(bodyOf(shown)))
    const reply = await postBody(channel, body, access)
    const told = toldByStatus(reply, access)
    // Older endpoints answer 200 with an error in words.
    const failed = told.ok && reply.ok && /returned HTTP error (\d+)/.exec(reply.text)
    return failed ? { ok: false, message: failed[0] } : told
  },
}

function bodyOf({ title, alerts, more, acknowledgeUrl, language, severity, kind }: Message) {
  const words = wordsOf(language)
  const text = (content: string, style: object = {}) => ({
    type: 'TextBlock',
    text: plain(content),
    wrap: true,
    ...style,
  })
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      text(title, {
        weight: 'Bolder',
        size: 'Medium',
        color: kind === 'resolved' ? 'Good' : severity === 'page' ? 'Attention' : 'Warning',
      }),
      ...alerts.flatMap(({ what, facts }) => [
        ...(what === title ? [] : [text(what, { weight: 'Bolder', separator: true })]),
        { type: 'FactSet', facts: facts.map(({ label, value }) => ({ title: label, value: plain(value) })) },
      ]),
      ...(more > 0 ? [text(words.more(more))] : []),
    ],
    actions:
      acknowledgeUrl === undefined ? [] : [{ type: 'Action.OpenUrl', title: words.acknowledge, url: acknowledgeUrl }],
  }
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }
  return { type: 'message', attachments: [attachment] }
}

/** Cards read a subset of Markdown. */
function plain(text: string): string {
  return text.replace(/[*_[\]]/g, mark => `\\${mark}`)
}
