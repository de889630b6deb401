import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-ZDesk-JWT`, RS256 by the keys at `https://desk.zoho.<dc>/.well-known/jwks.json`, which are given as the secret;
 * issuer `orgId:<id>`, audience `webhookId:<id>`. The body is not signed, so events are hints. A list: `eventType` such as
 * `Ticket_Update`, `payload`, `eventTime` (ms as text); no id of the event. A GET checks the address. Exactly 200 is
 * expected; 410 would end the subscription. Source: desk.zoho.com WebhookDocument; simstudioai/sim zoho-desk.ts.
 */
export default definePreset({
  title: 'Zoho Desk',
  category: 'helpdesk',
  inbound: {
    authentication: { scheme: 'jwt', token: 'header:X-ZDesk-JWT', issuer: '', audience: '' },
    handshakes: [{ when: { 'header:X-ZDesk-JWT': null, 'body:[0].eventType': null }, echo: 'value:ok' }],
    events: {
      items: '[*]',
      type: 'eventType',
      objectNames: { Ticket: 'ticket', Contact: 'contact', Account: 'account', Agent: 'agent', Task: 'task' },
      types: {
        'Ticket_Thread_*': { object: 'thread', kind: 'fact' },
        'Ticket_Comment_*': { object: 'comment', thin: true },
        'Ticket_Attachment_*': { object: 'attachment', kind: 'fact' },
        '*_Delete': { object: '{1}', kind: 'delete' },
        '*_*': { object: '{1}', thin: true },
      },
      id: 'payload.id',
      payload: 'payload',
      vendorEventId: ['eventType', 'payload.id', 'eventTime'],
      occurredAt: 'eventTime',
    },
    reply: { status: 200 },
  },
  secrets: 'the JWK set of the data centre (the file itself), several while keys rotate',
  setUp: 'Set `authentication: { issuer: "orgId:…", audience: "webhookId:…" }`.',
  example: { authentication: { issuer: 'orgId:2389290', audience: 'webhookId:7001' } },
  checked: ['the scheme, with keys of our own', "the example of Zoho's documentation"],
  unverified: ['the unit of `exp` and `iat` (both are read)', 'tokens of a real account'],
})
