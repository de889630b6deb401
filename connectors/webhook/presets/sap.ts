import { definePreset } from '#connector/inbound/preset.ts'

/**
 * SAP Event Mesh: CloudEvents 1.0, in the body or with `ce-` headers; Basic or a bearer token of the subscription. An
 * OPTIONS with `WebHook-Request-Origin` is answered with `WebHook-Allowed-Origin`. Thin: the record's id is the first
 * member of `data`. Source: CloudEvents HTTP webhook specification; sap.md of the vendor facts (from memory there).
 */
export default definePreset({
  title: 'SAP S/4HANA (Event Mesh)',
  category: 'erp',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    handshakes: [
      {
        when: { 'header:WebHook-Request-Origin': '*' },
        echo: 'header:WebHook-Request-Origin',
        header: 'webhook-allowed-origin',
      },
    ],
    events: {
      type: 'type | header:ce-type',
      types: {
        'sap.s4.beh.*.v1.*.Deleted.*': { object: '{1}', kind: 'delete' },
        'sap.s4.beh.*.v1.*': { object: '{1}', thin: true },
        '*': { object: 'event', kind: 'fact' },
      },
      id: 'data.* | *',
      payload: 'data',
      vendorEventId: 'id | header:ce-id',
      occurredAt: 'time | header:ce-time',
    },
    reply: { status: 200 },
  },
  secrets: 'the password or token given to the subscription',
  checked: ['the published example of an event'],
  unverified: ['the handshake and all of the mesh: from memory', 'Business One, which has no webhooks of its own'],
})
