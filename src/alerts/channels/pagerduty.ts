import type { Message, MessageAlert } from '../notices/message.ts'
import { type Notifier, type NotifierAccess, secretOf, type ChannelOf, type Told, toldByStatus } from './notifier.ts'

const SUMMARY_MAX = 1_000
const ACTIONS = {
  firing: 'trigger',
  escalated: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
  test: 'trigger',
} as const

/**
 * PagerDuty's Events API v2: an event for each alert, which its id ties to one incident from trigger to resolve. What comes
 * twice changes nothing. Source: PagerDuty/api-schema, events-v2.
 */
export const pagerduty: Notifier<'pagerduty'> = {
  hearsAcknowledgements: true,
  async send(message, channel, access) {
    for (const alert of message.alerts) {
      const told = await post(eventOf(alert, message, channel), channel, access)
      if (!told.ok) return told
    }
    if (message.kind !== 'test') return { ok: true }
    // Nobody is to be woken by a test for longer than it takes.
    const [alert] = message.alerts
    return alert === undefined
      ? { ok: true }
      : await post(eventOf(alert, { ...message, kind: 'resolved' }, channel), channel, access)
  },
}

async function post(
  json: ReturnType<typeof eventOf>,
  channel: ChannelOf<'pagerduty'>,
  access: NotifierAccess,
): Promise<Told> {
  return toldByStatus(await access.http.request({ method: 'POST', url: channel.url, json }), access)
}

function eventOf(alert: MessageAlert, message: Message, channel: ChannelOf<'pagerduty'>) {
  const head = {
    routing_key: secretOf(channel, 'routingKey'),
    event_action: ACTIONS[message.kind],
    dedup_key: `patchbay/${alert.id}`,
  }
  if (ACTIONS[message.kind] !== 'trigger') return head
  const links = message.acknowledgeUrl === undefined ? [] : [{ href: message.acknowledgeUrl, text: 'Patchbay' }]
  return {
    ...head,
    payload: {
      summary: alert.what.slice(0, SUMMARY_MAX),
      source: alert.system ?? 'patchbay',
      severity: alert.severity === 'page' ? ('critical' as const) : ('warning' as const),
      timestamp: alert.since.toISOString(),
      component: alert.object ?? alert.name,
      group: alert.teamTitle,
      class: alert.name,
      custom_details: Object.fromEntries(alert.facts.map(({ label, value }) => [label, value])),
    },
    client: 'Patchbay',
    links,
  }
}
