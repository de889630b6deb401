import { textAt } from '#connector/reply-path.ts'
import { secretOf } from '#connector/sandbox.ts'
import type { Json } from '#model/json.ts'
import { isObject, OBJECTS, type ObjectName } from '../../connectors/zendesk/objects.ts'
import { startSandbox } from '../../connectors/zendesk/sandbox.ts'
import type { VendorDefinition } from './create-vendor.ts'
import { textOf } from './vendor.ts'

/** The helpdesk: signed thin events, incremental exports, jobs over many users, tickets. */
export const zendesk: VendorDefinition = {
  name: 'zendesk',
  known: { user: 'email', organization: 'name' },
  async open(options) {
    const sandbox = await startSandbox(options)
    const { account } = sandbox
    return {
      network: sandbox.network,
      close: sandbox.close,
      environment: {
        ZENDESK_URL: sandbox.url,
        ZENDESK_EMAIL: secretOf(sandbox, 'email'),
        ZENDESK_TOKEN: secretOf(sandbox, 'apiToken'),
        ZENDESK_SECRET: secretOf(sandbox, 'webhookSecret'),
      },
      records: () =>
        Object.fromEntries(
          OBJECTS.map(object => [
            object,
            account.records.living(object).map(({ id, fields }) => ({ id: String(id), record: fields })),
          ]),
        ),
      fieldsOf: (_object, record) => record,
      normalise(_object, document) {
        // What a call asks for beside the values is kept by nobody.
        const { skip_verify_email: _, ...fields } = document
        return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, kept(name, value)]))
      },
      changedMs: (_object, record) => Date.parse(textAt(record, 'updated_at') ?? ''),
      write(object, id, fields) {
        const known = id === undefined ? undefined : account.records.get(named(object), id)
        const written = account.write(named(object), known, fields, 'person')
        if ('refused' in written) throw new Error(`${object}: ${written.refused.description}`)
        return String(written.record.id)
      },
      listen: () => account.webhooks.listen('the demo sends what is taken'),
      sign: (body, wrong) => ({ path: '', ...account.webhooks.signed(body, wrong) }),
      tell: () => account.webhooks.take().map(webhook => ({ path: '', ...webhook })),
    }
  },
}

function named(object: string): ObjectName {
  if (!isObject(object)) throw new Error(`Zendesk has no object ${object}`)
  return object
}

function kept(name: string, value: Json): Json {
  if (typeof value !== 'string') return value
  return name === 'email' ? textOf(value).trim().toLowerCase() : value.trim()
}
