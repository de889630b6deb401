import { signStandardWebhook } from '#connector/standard-webhooks.ts'
import { fitMessage, type Message } from '../notices/message.ts'
import { type Notifier, postBody, toldByStatus } from './notifier.ts'

/** What the specification recommends for a payload. */
const BYTES_MAX = 20_000

/** A webhook signed by Standard Webhooks, with everything that is known: for programs. */
export const webhook: Notifier<'webhook'> = {
  async send(message, channel, access) {
    const body = fitMessage(message, BYTES_MAX, shown => JSON.stringify(bodyOf(shown)))
    const signature = signStandardWebhook(
      `msg_${message.id.replaceAll('-', '')}`,
      access.nowMs(),
      body,
      channel.secrets['signingSecret'] ?? [],
    )
    if (signature === undefined) return { ok: false, message: 'signingSecret is not whsec_ and base64' }
    return toldByStatus(await postBody(channel, body, access, signature), access)
  },
}

function bodyOf({ kind, atMs, team, title, alerts, more, acknowledgeUrl }: Message) {
  return {
    type: `alert.${kind}`,
    timestamp: new Date(atMs).toISOString(),
    data: {
      title,
      team,
      ...(acknowledgeUrl !== undefined && { acknowledgeUrl }),
      alerts: alerts.map(({ facts: _facts, since, resolvedAt, ...alert }) => ({
        ...alert,
        since: since.toISOString(),
        resolvedAt: resolvedAt?.toISOString() ?? null,
      })),
      more,
    },
  }
}
