import { expect, test } from 'vitest'
import type { Json } from '#model/json.ts'
import { readSample, type Findings } from './sample.ts'

// Bodies of senders in forms that the samples of their vendors do not show: older ones, other products, odd events.

const AT = 1_700_000_000
const T = '2023-11-14T22:13:20.000Z'
const intercom = (topic: string, item: Json): Json => ({ topic, id: 'notif_1', created_at: AT, data: { item } })

const ROWS: readonly [vendor: string, body: Json | string, facts: readonly (string | undefined)[]][] = [
  // [vendor, body, [type, record type, record id, id of the event, time]]
  [
    'brevo',
    { event: 'list_addition', id: 16, email: ['a@b.c'], ts: AT },
    ['list_addition', 'contact', 'a@b.c', 'list_addition|16|1700000000', T],
  ],
  [
    'brevo',
    { msg_status: 'delivered', messageId: 7, ts_event: AT },
    ['delivered', 'sms-event', '7|delivered', `7|delivered|${AT}`, T],
  ],
  [
    'calendly',
    { event: 'invitee.created', time: T, payload: { event_type: { uuid: 'C' }, invitee: { uuid: 'A' } } },
    ['invitee.created', 'invitee', 'A', `invitee.created|A|${T}`, T],
  ],
  [
    'intercom',
    intercom('contact.user.tag.created', { type: 'contact_tag', contact: { id: '5f' } }),
    ['contact.user.tag.created', 'contact', '5f', 'notif_1', T],
  ],
  [
    'intercom',
    intercom('ticket.note.created', { type: 'ticket_note', ticket: { id: 't1' } }),
    ['ticket.note.created', 'ticket', 't1', 'notif_1', T],
  ],
  [
    'lark',
    {
      schema: '2.0',
      header: { event_id: 'f7', event_type: 'contact.scope.updated_v3', create_time: `${AT}000` },
      event: {},
    },
    ['contact.scope.updated_v3', 'scope', 'f7', 'f7', T],
  ],
  ['lark', { open_id: 'ou', open_message_id: 'om', action: {} }, [undefined, 'event', 'om', undefined, undefined]],
  [
    'mailersend',
    { type: 'maintenance.start', created_at: T, data: {} },
    ['maintenance.start', 'event', `maintenance.start|${T}`, `maintenance.start|${T}`, T],
  ],
  [
    'mailgun',
    { signature: { token: 'tok' }, 'event-data': { event: 'opened', timestamp: AT } },
    ['opened', 'mail-event', 'tok', 'tok', T],
  ],
  [
    'mailjet',
    { Sender: 'a@b.c', Recipient: 'd@e.f', Date: '20231114T221320', Headers: { 'Message-Id': '<m>' } },
    ['inbound', 'mail', '<m>', '<m>|d@e.f', T],
  ],
  [
    'mandrill',
    [{ event: 'inbound', ts: AT, msg: { email: 'a@b.c', headers: {} } }],
    ['inbound', 'mail', `a@b.c|${AT}`, `inbound|a@b.c|${AT}`, T],
  ],
  [
    'postmark',
    { ID: 9, Type: 'HardBounce', From: 'a@b.c', BouncedAt: T },
    ['Bounce', 'mail-event', 'Bounce|9', `Bounce|9|${T}`, T],
  ],
  [
    'postmark',
    { RecordType: 'SMTPApiError', MessageID: 'm', ErroredAt: T, From: 'a@b.c' },
    ['SMTPApiError', 'mail-event', `SMTPApiError|m|${T}|a@b.c|`, `SMTPApiError|m|${T}|a@b.c|`, T],
  ],
  ['shopify', { admin_graphql_api_id: 'gid://1', processed_at: T }, [undefined, undefined, 'gid://1', undefined, T]],
  [
    'slack',
    { type: 'app_rate_limited', team_id: 'T1', minute_rate_limited: AT },
    ['app_rate_limited', 'event', `T1|${AT}`, `T1|${AT}`, T],
  ],
  [
    'slack',
    { type: 'dialog_submission', callback_id: 'c', action_ts: `${AT}.0`, team: { id: 'T1' } },
    ['dialog_submission', 'interaction', `c|${AT}.0`, `c|${AT}.0`, T],
  ],
  [
    'slack',
    {
      type: 'event_callback',
      event_id: 'Ev1',
      event_time: AT,
      event: { type: 'channel_id_changed', new_channel_id: 'C2' },
    },
    ['channel_id_changed', 'channel', 'C2', 'Ev1', T],
  ],
]

test.each(ROWS)('%s %j', (vendor, body, facts) => {
  const events = readSample(vendor, Buffer.from(JSON.stringify(body)), 'application/json')
  expect(typeof events === 'string' ? events : events.map(found)).toEqual([facts])
})

function found({ type, object, id, eventId, time }: Findings): (string | undefined)[] {
  return [type, object, id, eventId, time].map(finding => ('found' in finding ? finding.found : undefined))
}
