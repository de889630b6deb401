import { secretOf } from '#connector/sandbox.ts'
import type { JsonObject } from '#model/json.ts'
import { isObject, modifiedProperty, OBJECTS, type ObjectName } from '../../connectors/hubspot/objects.ts'
import { rendered } from '../../connectors/hubspot/sandbox/properties.ts'
import { startSandbox } from '../../connectors/hubspot/sandbox.ts'
import type { VendorDefinition } from './create-vendor.ts'
import { textOf } from './vendor.ts'

/** HubSpot signs the address that it calls: the one that the world knows the hub by. */
export const PUBLIC_URL = 'https://hub.patchbay-demo.example'

/** Marketing automation: signed batches of thin events, batch upserts, associations. */
export const hubspot: VendorDefinition = {
  name: 'hubspot',
  known: { contact: 'email', company: 'name' },
  async open(options) {
    const sandbox = await startSandbox(options)
    const { account } = sandbox
    return {
      network: sandbox.network,
      close: sandbox.close,
      environment: {
        HUB_PUBLIC_URL: PUBLIC_URL,
        HUBSPOT_URL: sandbox.url,
        HUBSPOT_TOKEN: secretOf(sandbox, 'accessToken'),
        HUBSPOT_SECRET: secretOf(sandbox, 'webhookSecret'),
      },
      records: () =>
        Object.fromEntries(
          OBJECTS.map(object => [
            object,
            account.records.living(object).map(({ id, properties }) => ({
              id,
              record: { ...properties, ...account.associated({ object, id }) },
            })),
          ]),
        ),
      fieldsOf: (_object, record) => record,
      normalise: (_object, document) =>
        Object.fromEntries(Object.entries(document).map(([name, value]) => [name, rendered(name, textOf(value))])),
      changedMs: (object, record) => Date.parse(textOf(record[modifiedProperty(named(object))])),
      write(object, id, fields) {
        const known = id === undefined ? undefined : account.records.get(named(object), id)
        const written = account.write(named(object), known, texts(fields), 'person')
        if ('refused' in written) throw new Error(`${object}: ${written.refused.message}`)
        return written.record.id
      },
      remove: (object, id) => void account.archive(named(object), id, 'person'),
      restore: (object, id) => account.restore(named(object), id, 'person'),
      merge: (object, winnerId, loserId) => account.merge(named(object), winnerId, loserId, 'person'),
      listen: () => sandbox.listen('', `${PUBLIC_URL}/in/hubspot`),
      tell: () => account.webhooks.take().map(webhook => ({ path: '', ...webhook })),
      sign: (body, wrong) => ({ path: '', ...account.webhooks.signed(body, wrong) }),
    }
  },
}

function named(object: string): ObjectName {
  if (!isObject(object)) throw new Error(`HubSpot has no object ${object}`)
  return object
}

function texts(fields: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, textOf(value)]))
}
