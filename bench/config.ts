import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Json, JsonObject } from '#model/json.ts'
import { CRM_SECRETS } from '../connectors/http/example/sandboxes/crm.ts'
import { ERP_SECRETS } from '../connectors/http/example/sandboxes/erp.ts'
import { HELPDESK_SECRETS } from '../connectors/http/example/sandboxes/helpdesk.ts'
import { MARKETING_SECRETS } from '../connectors/http/example/sandboxes/marketing.ts'
import type { VendorName } from '../connectors/http/example/sandboxes/sandbox.ts'
import { objectAt } from '../connectors/http/example/sandboxes/vendor-server.ts'

export const SOURCE = 'site'
export const ARCHIVE = 'archive'

/** What the four destinations take: people and companies. */
const OBJECTS: Readonly<Record<VendorName, readonly string[]>> = {
  crm: ['contact', 'company'],
  helpdesk: ['user', 'organization'],
  erp: ['contact', 'company'],
  marketing: ['subscriber'],
}

/**
 * The benchmark's patchbay.yaml: the four vendors of the http connector's example as destinations only, and one source of signed webhooks. The
 * ERP is written through its add-on's batch upsert, so that every vendor takes a hundred records a call.
 */
export function benchConfig(dataDir: string): JsonObject {
  const example: unknown = parse(
    readFileSync(join(import.meta.dirname, '../connectors/http/example/patchbay.yaml'), 'utf8'),
  )
  const systems = objectAt(example as Json, 'systems')
  return {
    hub: { host: '127.0.0.1', port: 0, dataDir, allowPrivateAddresses: true, defaultCountry: 'DE' },
    systems: {
      [SOURCE]: source,
      crm: destination('crm', objectAt(systems, 'crm')),
      helpdesk: destination('helpdesk', objectAt(systems, 'helpdesk')),
      erp: destination('erp', objectAt(systems, 'erp')),
      marketing: destination('marketing', objectAt(systems, 'marketing')),
    },
    routes: [
      { entity: 'account', system: 'crm', object: 'company' },
      { entity: 'account', system: 'helpdesk', object: 'organization' },
      { entity: 'account', system: 'erp', object: 'company' },
      { entity: 'person', system: 'crm', object: 'contact' },
      { entity: 'person', system: 'helpdesk', object: 'user' },
      { entity: 'person', system: 'erp', object: 'contact' },
      { entity: 'person', system: 'marketing', object: 'subscriber' },
    ],
    // The latency of a run must not hang on a minute's order of two clocks: there is one.
    policy: { skewTolerance: '0s' },
  }
}

const source: JsonObject = {
  connector: 'webhook',
  mappings: 'site-events',
  secrets: { webhookSecret: 'env:BENCH_WEBHOOK_SECRET' },
  settings: {
    in: {
      events: {
        types: {
          'contact.created': { object: 'contact' },
          'contact.updated': { object: 'contact' },
          'company.created': { object: 'company' },
          'company.updated': { object: 'company' },
        },
      },
    },
  },
}

function destination(name: VendorName, system: JsonObject): JsonObject {
  const { in: _in, ...settings } = objectAt(system, 'settings')
  const { webhookSecret: _secret, ...secrets } = objectAt(system, 'secrets')
  const objects = objectAt(settings, 'objects')
  return {
    connector: 'http',
    mappings: `example-${name}`,
    secrets,
    // Counted as everywhere, and never reached: one source changes everything here.
    objects: Object.fromEntries(OBJECTS[name].map(object => [object, { brake: { records: 100_000_000 } }])),
    limits: { probeAfter: '200ms' },
    settings: {
      ...settings,
      objects: Object.fromEntries(
        OBJECTS[name].map(object => [object, name === 'erp' ? erpUpsert : writesOnly(objectAt(objects, object))]),
      ),
    },
  }
}

/** Without the calls that read, and without reading the vendor's rendering back from a write's reply. */
function writesOnly(object: JsonObject): JsonObject {
  const { list: _list, read: _read, delete: _delete, update: _update, ...rest } = object
  const batch = Object.entries(objectAt(rest, 'batch')).map(([kind, call]): [string, Json] => {
    const { record: _record, ...write } = objectAt(call)
    return [kind, { ...write, ...(_record === 'subscriber' ? { id: 'id' } : {}) }]
  })
  return { ...rest, batch: Object.fromEntries(batch) }
}

/** The system of first link: read from the beginning by its list, and written to in batches once it is live. */
export function withArchive(config: JsonObject, url: string): JsonObject {
  const batch = {
    method: 'POST',
    path: '/contacts',
    max: 100,
    body: { inputs: '{{ [items.({ "id": remoteId, "properties": changed })] }}' },
    results: 'results',
  }
  const contact: JsonObject = {
    id: 'id',
    modified: 'updatedAt',
    batch: { create: batch, update: batch },
    list: {
      method: 'GET',
      path: '/contacts',
      query: { modifiedSince: '{{ since }}', after: '{{ cursor }}', limit: '200' },
      results: 'results',
      paging: { type: 'cursor', next: 'paging.next.after' },
    },
  }
  const archive: JsonObject = {
    connector: 'http',
    mappings: 'example-crm',
    settings: { baseUrl: url, objects: { contact } },
    objects: { contact: { loadGroup: 'archive' } },
  }
  const routes = Array.isArray(config.routes) ? config.routes : []
  return {
    ...config,
    systems: { ...objectAt(config, 'systems'), [ARCHIVE]: archive },
    // The others are to have customers only.
    routes: [
      ...routes.map(route =>
        objectAt(route).entity === 'person' ? { ...objectAt(route), when: 'lifecycleStage = "customer"' } : route,
      ),
      { entity: 'person', system: ARCHIVE, object: 'contact' },
    ],
  }
}

const erpUpsert: JsonObject = {
  id: 'id',
  batch: {
    upsert: {
      method: 'POST',
      path: '/web/dataset/call_kw',
      max: 100,
      body: {
        jsonrpc: '2.0',
        method: 'call',
        params: {
          model: 'res.partner',
          method: 'hub_upsert',
          args: ['{{ [items.($merge([changed, { "id": remoteId, "x_hub_id": externalId }]))] }}'],
          kwargs: {},
        },
      },
      results: 'result',
      rowRules: [{ when: '$exists(row.error)', outcome: 'rejected', reason: 'error' }],
    },
  },
}

/** Secrets and addresses of the destinations, as the hub's environment holds them. */
export function benchEnvironment(urls: Readonly<Record<VendorName, string>>, webhookSecret: string) {
  return {
    BENCH_WEBHOOK_SECRET: webhookSecret,
    EXAMPLE_CRM_URL: urls.crm,
    EXAMPLE_CRM_CLIENT_ID: CRM_SECRETS.clientId,
    EXAMPLE_CRM_CLIENT_SECRET: CRM_SECRETS.clientSecret,
    EXAMPLE_HELPDESK_URL: urls.helpdesk,
    EXAMPLE_HELPDESK_USER: HELPDESK_SECRETS.username,
    EXAMPLE_HELPDESK_KEY: HELPDESK_SECRETS.password,
    EXAMPLE_ERP_URL: urls.erp,
    EXAMPLE_ERP_USER: ERP_SECRETS.username,
    EXAMPLE_ERP_PASSWORD: ERP_SECRETS.password,
    EXAMPLE_MARKETING_URL: urls.marketing,
    EXAMPLE_MARKETING_TOKEN: MARKETING_SECRETS.token,
  }
}
