import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: a fixed header, or a fixed query parameter (`?code=`), chosen when the service endpoint is registered.
 * One execution context per request: `MessageName`, `PrimaryEntityName`, `PrimaryEntityId`, `OperationId`,
 * `OperationCreatedOn` (`/Date(ms)/`); above 256 KB it comes without its parameters. Source: MicrosoftDocs/powerapps-docs
 * use-webhooks.md, register-web-hook.md.
 */
export default definePreset({
  title: 'Dynamics 365 / Dataverse',
  category: 'crm',
  inbound: {
    authentication: { scheme: 'sharedSecret', query: 'code' },
    events: {
      type: 'MessageName',
      object: 'PrimaryEntityName',
      types: { Delete: { kind: 'delete' }, Merge: { kind: 'merge', id: 'InputParameters[1].value' }, '*': {} },
      id: 'PrimaryEntityId',
      payload: '',
      vendorEventId: [
        ['OperationId', 'PrimaryEntityId', 'MessageName'],
        ['CorrelationId', 'PrimaryEntityId', 'MessageName', 'OperationCreatedOn'],
      ],
      occurredAt: 'OperationCreatedOn',
      author: 'InitiatingUserId',
      mergedInto: 'PrimaryEntityId',
    },
    reply: { status: 200 },
  },
  secrets: 'a secret of your own, as WebhookKey or in the header `X-Hub-Token`',
  setUp: 'Register asynchronous steps, so that our failure does not fail the user.',
  checked: ["the example of Microsoft's documentation"],
  unverified: ['the parameters of Merge'],
})
