import { definePreset } from '#connector/inbound/preset.ts'

/**
 * Outgoing webhooks: `Authorization: HMAC <base64>`, HMAC-SHA256 over the body with the decoded token; a message is
 * expected as the answer. Source: microsoft-teams.md of the vendor facts (from memory there).
 */
export default definePreset({
  title: 'Microsoft Teams (outgoing webhook)',
  category: 'messaging',
  inbound: {
    authentication: {
      scheme: 'hmac',
      signature: 'header:Authorization',
      prefix: 'HMAC ',
      encoding: 'base64',
      keyFormat: 'base64',
    },
    events: {
      types: { '*': { object: 'message', kind: 'fact' } },
      id: 'id',
      payload: '',
      vendorEventId: ['conversation.id', 'id'],
      occurredAt: 'timestamp',
    },
    reply: { status: 200, contentType: 'application/json', body: '{"type":"message","text":"OK"}' },
  },
  secrets: 'the security token of the outgoing webhook',
  checked: [],
  unverified: ['all of it: the scheme is from memory'],
})
