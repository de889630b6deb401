import { definePreset } from '#connector/inbound/preset.ts'

/**
 * Newer versions sign: `X-Chatwoot-Signature: sha256=<hex>`, HMAC-SHA256 over `timestamp.body`; older ones do not, then a
 * secret in the address. Events: `event` such as `message_created`, and the record itself. There is no id of the event;
 * a record's time and state tell repeats. Source: chatwoot/chatwoot docs, add-webhooks-to-chatwoot.md.
 */
export default definePreset({
  title: 'Chatwoot',
  category: 'helpdesk',
  inbound: {
    authentication: {
      scheme: 'anyOf',
      schemes: [
        {
          scheme: 'hmac',
          signature: 'header:X-Chatwoot-Signature',
          prefix: 'sha256=',
          signed: '{timestamp}.{body}',
          timestamp: { from: 'header:X-Chatwoot-Timestamp' },
        },
        { scheme: 'sharedSecret' },
      ],
    },
    events: {
      type: 'event',
      types: {
        webwidget_triggered: { object: 'contact', kind: 'fact', id: 'contact.id | source_id | id' },
        'conversation_typing_*': {
          object: 'conversation',
          kind: 'fact',
          id: 'conversation.id | conversation.display_id',
        },
        '*_deleted': { object: '{1}', kind: 'delete' },
        '*_*': { object: '{1}' },
      },
      id: 'id | conversation.id | contact.id',
      payload: '',
      vendorEventId: [['event', 'id', 'updated_at | timestamp | last_activity_at | created_at']],
      occurredAt: 'updated_at | timestamp | last_activity_at | created_at',
    },
    reply: { status: 200 },
  },
  secrets: 'the secret of the webhook, or one of your own in the address',
  absent: {
    time: 'contacts and widget events may bear no time; the time of receipt counts',
    eventId: 'without a time a repeat is known by its content',
  },
  checked: ['the example of its documentation of 2020'],
  unverified: ['the signature, which is from memory', 'bodies of newer versions'],
})
