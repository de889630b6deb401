import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stripe } from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nestNames } from '#connector/inbound/events/nested-names.ts'
import { serveSandbox, type SandboxAnswer, type SandboxCall } from '#connector/sandbox.ts'
import { isJsonObject, type JsonObject } from '#model/json.ts'
import { type Scene, startScene } from '../hub/scene.ts'
import { connectorNamed } from '../support/hub.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'

// A whole hub between a CRM and Stripe by docs/examples/stripe, with Stripe's own client on the other side: it reads what
// the hub wrote, changes it, and signs the webhook that tells so.

const EXAMPLE = join(import.meta.dirname, '../../docs/examples/stripe')
const read = (file: string) => readFileSync(join(EXAMPLE, file), 'utf8')
const crm = createMemoryVendor('crm')
const customers = new Map<string, JsonObject>()
const made: (string | undefined)[] = []
let scene: Scene
let client: Stripe
let close: () => Promise<void>

beforeAll(async () => {
  const stripe = await serveSandbox(answer)
  close = stripe.close
  const { hostname, port } = new URL(stripe.url)
  client = new Stripe('rk_test_1', { host: hostname, port, protocol: 'http' })
  scene = await startScene({
    yaml: `${read('patchbay.yaml')
      .replace('https://api.stripe.com', stripe.url)
      .replace('systems:\n', 'systems:\n  crm: { connector: crm, objects: { contact: {} } }\n')}
  - { entity: person, system: crm, object: contact }
policy: { skewTolerance: 0s }
`,
    env: { STRIPE_KEY: 'rk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_own' },
    connectors: [await connectorNamed('http'), crm.connector],
    mappings: {
      'stripe/customer.in': read('mappings/stripe/customer.in.jsonata'),
      'stripe/customer.out': read('mappings/stripe/customer.out.jsonata'),
      'crm/contact.in':
        '{"person": {"email": mail, "fullName": name, "givenName": first, "familyName": last, "address": city ? {"addressLocality": city}}}',
      'crm/contact.out': '{"mail": email, "first": givenName, "last": familyName, "city": address.addressLocality}',
    },
  })
})
afterAll(() => close())

/** As Stripe answers: forms with nested names in, records out, a second create under the same key gives the first one. */
function answer({ method, path, query, headers, body }: SandboxCall): SandboxAnswer {
  if (headers.authorization !== 'Bearer rk_test_1') return { status: 401, json: { error: { message: 'no such key' } } }
  const form = nestNames(Object.fromEntries(new URLSearchParams(Buffer.from(body).toString())))
  const given = isJsonObject(form) ? form : {}
  const id = path.split('/')[3]
  if (id === 'search' || (id === undefined && method === 'GET')) {
    const wanted = /'([^']*)'$/.exec(query.get('query') ?? '')?.[1]
    const found = [...customers.values()].filter(one =>
      wanted === undefined ? one['email'] === query.get('email') : JSON.stringify(one['metadata']).includes(wanted),
    )
    return { status: 200, json: { object: 'search_result', data: found, has_more: false, next_page: null } }
  }
  if (id === undefined) made.push(headers['idempotency-key'] as string | undefined)
  const name = id ?? `cus_${made.length}`
  const held = id === undefined ? { id: name, object: 'customer', created: 1764800000 } : customers.get(id)
  if (held === undefined)
    return { status: 404, json: { error: { code: 'resource_missing', message: 'no such customer' } } }
  const customer = { ...held, ...(method === 'POST' ? given : {}) }
  customers.set(name, customer)
  return { status: 200, json: customer }
}

test('a customer of the CRM becomes one of Stripe, with its address and our id', async () => {
  const data = { mail: 'ana@example.com', first: 'Ana', last: 'Silva', city: 'Lisboa' }
  crm.records.set('1', data)
  await scene.post('crm', { id: '1', data })
  await scene.calm(20_000)
  expect(made).toHaveLength(1)
  expect(made[0]).toMatch(/\S{8}/)
  const shown = (await client.customers.retrieve('cus_1')) as Stripe.Customer
  expect(shown).toMatchObject({ name: 'Ana Silva', email: 'ana@example.com', address: { city: 'Lisboa', line2: '' } })
  expect(shown.metadata['patchbay_id']).toMatch(/^[0-9a-f-]{36}$/)
})

test('what is changed in Stripe reaches the CRM by a signed webhook, and comes back as no second write', async () => {
  const changed = await client.customers.update('cus_1', { name: 'Ana Souza' })
  const payload = JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: 'customer.updated',
    created: Math.floor(Date.now() / 1000) + 2,
    data: { object: changed },
  })
  const signature = client.webhooks.generateTestHeaderString({ payload, secret: 'whsec_own' })
  const post = (header: string) =>
    fetch(`${scene.hub.url}/in/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': header },
      body: payload,
    })
  expect((await post(signature.replace('v1=', 'v1=00'))).status).toBe(401)
  expect((await post(signature)).status).toBe(200)
  await scene.calm(20_000)
  expect(crm.records.get('1')).toMatchObject({ first: 'Ana', last: 'Souza', city: 'Lisboa' })
  expect(customers.get('cus_1')).toMatchObject({ name: 'Ana Souza' })
  expect(made).toHaveLength(1)
})
