import { definePreset } from '#connector/inbound/preset.ts'

/**
 * Outbound messages (SOAP): no signature; a secret in the path, and the id of the organisation. Up to 100 notifications,
 * each with an id that stays the same on retries; the answer must be `<Ack>true</Ack>`. There is no event type and no
 * time but those of the chosen fields. Change events (CDC) as JSON come from a bridge of the customer's own. Source:
 * developer.salesforce.com, sforce_api_om_outboundmessaging, cdc_event_fields_header.
 */
export default definePreset({
  title: 'Salesforce (outbound messages)',
  category: 'crm',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    shapes: [
      {
        when: { 'body:data.payload.ChangeEventHeader.entityName': '*' },
        items: 'data.payload.ChangeEventHeader.recordIds[*]',
        type: 'body:data.payload.ChangeEventHeader.changeType',
        object: 'body:data.payload.ChangeEventHeader.entityName',
        types: {
          '*UNDELETE': { kind: 'restore', thin: true },
          '*DELETE': { kind: 'delete' },
          'GAP_*': { thin: true },
          '*': {},
        },
        id: '',
        payload: 'body:data.payload',
        vendorEventId: [
          'body:data.payload.ChangeEventHeader.transactionKey',
          'body:data.payload.ChangeEventHeader.sequenceNumber',
          '',
        ],
        occurredAt: 'body:data.payload.ChangeEventHeader.commitTimestamp',
        version: 'body:data.payload.ChangeEventHeader.commitNumber',
        author: 'body:data.payload.ChangeEventHeader.commitUser',
      },
    ],
    events: {
      items: '*.*.notifications.Notification[*]',
      type: 'sObject.@xsi:type',
      types: { 'sf:*': { object: '{1}' }, '*': { object: '{1}' } },
      id: 'sObject.sf:Id',
      payload: 'sObject',
      vendorEventId: 'Id',
      occurredAt: 'sObject.sf:SystemModstamp | sObject.sf:LastModifiedDate',
      author: 'sObject.sf:LastModifiedById',
    },
    reply: {
      status: 200,
      contentType: 'text/xml; charset=utf-8',
      body: '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>',
    },
  },
  secrets: 'a secret of your own in the path',
  setUp:
    'Set `require: { "body:*.*.notifications.OrganizationId": 00D… }`, and let the message bear `SystemModstamp` and `LastModifiedById`.',
  absent: { time: 'the message must bear `SystemModstamp` or `LastModifiedDate`' },
  checked: ['the form of the WSDL in the vendor facts'],
  unverified: ['gap events', 'platform events'],
})
