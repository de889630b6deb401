import type { AlertChannel, AlertChannelType } from '#config/alerts/alerts.ts'
import { createRedactor } from '#connector/exchange.ts'
import { createHttpClient } from '#connector/network/guarded-http.ts'
import { createNetwork } from '#connector/network/network.ts'
import type { Message } from '../notices/message.ts'
import { dingtalk } from './dingtalk.ts'
import { feishu } from './feishu.ts'
import { mail } from './mail.ts'
import { microsoftTeams } from './microsoft-teams.ts'
import type { Notifier, Told } from './notifier.ts'
import { pagerduty } from './pagerduty.ts'
import { slack } from './slack.ts'
import { webhook } from './webhook.ts'
import { wecom } from './wecom.ts'

/** Every kind of channel that `alerts.channels` may name. */
const NOTIFIERS: { [Type in AlertChannelType]: Notifier<Type> } = {
  dingtalk,
  feishu,
  mail,
  'microsoft-teams': microsoftTeams,
  pagerduty,
  slack,
  webhook,
  wecom,
}

const TIMEOUT_MS = 10_000
const REPLY_BYTES_MAX = 64 * 1_024
/** Shorter parts of an address are words of its vendor. */
const SECRET_CHARS_MIN = 12

export interface TellParts {
  allowPrivateAddresses: boolean
  nowMs: () => number
}

/** Sends a message through a channel. Whatever happens there is a value, without secrets. */
export async function tell(
  message: Message,
  channel: AlertChannel,
  teamEmail: string | undefined,
  { allowPrivateAddresses: allowPrivate, nowMs }: TellParts,
): Promise<Told> {
  const secrets = Object.values(channel.secrets).flat().flatMap(secretParts)
  const http = createHttpClient({
    allowPrivate,
    timeoutMs: TIMEOUT_MS,
    bodyBytesMax: REPLY_BYTES_MAX,
    secrets,
    userAgent: 'Patchbay/0.1',
  })
  const network = createNetwork({ allowPrivate, secrets, record: () => undefined })
  const redact = createRedactor(secrets)
  // The notifier is that of the channel's own type.
  const notifier: Notifier<never> = NOTIFIERS[channel.type]
  return await notifier.send(message, channel as never, { http, network, nowMs, redact, teamEmail })
}

/** Of an address that is a secret, what stands in its path and parameters is too: vendors repeat it in their errors. */
function secretParts(secret: string): string[] {
  const url = URL.parse(secret)
  if (url === null || !url.protocol.startsWith('http')) return [secret]
  const parts = [...url.pathname.split('/'), ...url.searchParams.values()]
  return [secret, ...parts.filter(part => part.length >= SECRET_CHARS_MIN)]
}

export function hearsAcknowledgements({ type }: AlertChannel): boolean {
  return NOTIFIERS[type].hearsAcknowledgements === true
}
