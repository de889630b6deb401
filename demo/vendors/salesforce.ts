import { secretOf, type SandboxChange } from '#connector/sandbox.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { startSandbox } from '../../connectors/salesforce/sandbox.ts'
import type { VendorDefinition } from './create-vendor.ts'
import { textOf } from './vendor.ts'

/** Record-triggered flows send these; deletes and merges are told by nobody, and found by polls. */
const MESSAGES = ['Contact', 'Account', 'Opportunity']
const OBJECTS = [...MESSAGES, 'Case']
const MESSAGE_MAX = 100
const MESSAGE_FIELDS = ['SystemModstamp', 'LastModifiedById']

/** The CRM: outbound messages (SOAP), polls, sObject collections, OAuth2 client credentials. */
export const salesforce: VendorDefinition = {
  name: 'salesforce',
  known: { Contact: 'Email', Account: 'Name' },
  async open(options) {
    const sandbox = await startSandbox({ ...options, beforeSave })
    const { org } = sandbox
    return {
      network: sandbox.network,
      close: sandbox.close,
      environment: {
        SALESFORCE_URL: sandbox.url,
        SALESFORCE_ORG: org.id,
        SALESFORCE_KEY: secretOf(sandbox, 'clientId'),
        SALESFORCE_SECRET: secretOf(sandbox, 'clientSecret'),
        SALESFORCE_MESSAGE_SECRET: secretOf(sandbox, 'webhookSecret'),
      },
      records: () =>
        Object.fromEntries(
          OBJECTS.map(object => [
            object,
            sandbox.records(object).map(record => ({ id: textOf(record['Id']), record })),
          ]),
        ),
      fieldsOf: (_object, record) => record,
      normalise: beforeSave,
      changedMs: (_object, record) => Date.parse(textOf(record['SystemModstamp'])),
      write(object, id, fields) {
        const written = org.as('person', () =>
          id === undefined ? org.create(object, fields) : org.update(object, id, fields),
        )
        if (!written.ok) throw new Error(`${object}: ${written.message}`)
        return written.id
      },
      remove: (_object, id) => void org.as('person', () => org.remove(id)),
      restore: (_object, id) => org.as('person', () => org.undelete(id)),
      merge: (object, winnerId, loserId) => org.as('person', () => org.merge(object, winnerId, loserId)),
      endSessions: sandbox.expireSessions,
      sign: (body, wrong = secretOf(sandbox, 'webhookSecret')) => ({
        path: `/${wrong}`,
        headers: { 'content-type': 'text/xml' },
        body,
      }),
      tell: changes =>
        MESSAGES.flatMap(object => {
          const ids = [...new Set(changes.filter(change => isTold(change, object)).map(({ id }) => id))]
          return pages(ids, MESSAGE_MAX).map(page => ({
            path: `/${secretOf(sandbox, 'webhookSecret')}`,
            ...sandbox.message(object, page, MESSAGE_FIELDS),
          }))
        }),
    }
  },
}

function isTold({ object, action }: SandboxChange, wanted: string): boolean {
  return object === wanted && action !== 'deleted'
}

function pages<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  )
}

/**
 * This org has a flow that runs before people and companies are saved: names begin with capitals, numbers stand in
 * groups. So it holds what is written to it in a spelling of its own.
 */
function beforeSave(_object: string, fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, saved(name, value)]))
}

function saved(name: string, value: Json): Json {
  if (typeof value !== 'string') return value
  const text = value.trim()
  if (text === '') return null
  if (name === 'FirstName' || name === 'LastName') return capitalised(text)
  return name === 'Phone' || name === 'MobilePhone' ? grouped(text) : text
}

function capitalised(name: string): string {
  return name
    .split(/\s+/)
    .map(word => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')
}

/** `+8613912345678` as `+86 139 1234 5678`. */
function grouped(phone: string): string {
  const [, country = '', area = '', rest = ''] =
    /^(\+(?:351|\d\d))?(\d{3})(\d+)$/.exec(phone.replace(/[^\d+]/g, '')) ?? []
  if (rest === '') return phone
  return [country, area, ...(rest.match(/\d{1,4}/g) ?? [])].filter(Boolean).join(' ')
}
