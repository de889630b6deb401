import { definePreset } from '#connector/inbound/preset.ts'

/**
 * A signature of our own for senders that can be programmed (plug-ins, workflow actions, no-code platforms):
 * `X-Hub-Signature: sha256=<hex>`, HMAC-SHA256 over `timestamp.body`, and `X-Hub-Timestamp` in seconds. The body bears
 * eventId, op (or event), object, id and time; `op: delete` deletes. Where a platform can sign nothing, the secret goes
 * into the path or the header `X-Hub-Token`.
 */
export default definePreset({
  title: 'Signature of our own',
  category: 'generic',
  inbound: {
    authentication: {
      scheme: 'anyOf',
      schemes: [
        {
          scheme: 'hmac',
          signature: 'header:X-Hub-Signature',
          prefix: 'sha256=',
          signed: '{timestamp}.{body}',
          timestamp: { from: 'header:X-Hub-Timestamp' },
        },
        { scheme: 'sharedSecret' },
      ],
    },
    events: {
      type: 'op | event',
      object: 'object | form',
      types: { delete: { kind: 'delete' }, deleted: { kind: 'delete' }, d: { kind: 'delete' }, '*': {} },
      id: 'id',
      payload: 'data',
      vendorEventId: [['eventId'], ['object | form', 'id', 'op | event', 'time | updatedAt']],
      occurredAt: 'time | updatedAt',
    },
    reply: { status: 200, contentType: 'application/json', body: '{"code":0,"msg":"ok"}' },
  },
  secrets: 'a secret of your own',
  setUp: 'Body: `{"eventId":"<uuid>","op":"update","object":"customer","id":"42","time":1764800000,"data":{…}}`.',
  checked: ['computed vectors'],
})
