import { type Message, wordsOf } from '../notices/message.ts'

/** A message as plain text, for mail and for robots that know no other form. */
export function plainText(message: Message): string {
  const words = wordsOf(message.language)
  const alerts = message.alerts.map(({ what, facts }) =>
    [...(what === message.title ? [] : [what]), ...facts.map(({ label, value }) => `${label}: ${value}`)].join('\n'),
  )
  const ends = [
    ...(message.more > 0 ? [words.more(message.more)] : []),
    ...(message.acknowledgeUrl === undefined ? [] : [`${words.acknowledge}: ${message.acknowledgeUrl}`]),
  ]
  return [message.title, ...alerts, ...ends].join('\n\n')
}

/** The same with the little Markdown that the robots of WeCom and DingTalk know. `escape` keeps values from being markup. */
export function markdownText(message: Message, escape: (text: string) => string): string {
  const words = wordsOf(message.language)
  const alerts = message.alerts.map(({ what, facts }) =>
    [
      ...(what === message.title ? [] : [`**${escape(what)}**`]),
      ...facts.map(({ label, value }) => `> ${label}: ${escape(value)}`),
    ].join('\n'),
  )
  const ends = [
    ...(message.more > 0 ? [escape(words.more(message.more))] : []),
    ...(message.acknowledgeUrl === undefined ? [] : [`[${words.acknowledge}](${message.acknowledgeUrl})`]),
  ]
  return [`### ${escape(message.title)}`, ...alerts, ...ends].join('\n\n')
}

/** What Markdown would take for markup loses its meaning: links and mentions in a value must be none. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>#~|]/g, mark => `\\${mark}`).replaceAll('@', '@\u200B')
}
