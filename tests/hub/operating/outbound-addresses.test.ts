import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { serveSandbox } from '#connector/sandbox.ts'
import { connectorNamed } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { until } from '../../support/hub.ts'
import { startScene } from '../scene.ts'

const SECRET = `whsec_${randomBytes(24).toString('base64')}`

const systemOf = (name: string, url: string): string => `
  ${name}:
    connector: webhook
    settings: { out: { url: '${url}', objects: [contact] } }
    secrets: { signingSecret: env:SECRET }`

/** Sends one customer to each address; answers how each system and its delivery ended, and what reached the receiver. */
async function sendTo(
  addresses: Record<string, (receiver: string) => string>,
  allowPrivateAddresses: boolean,
  redirect?: string,
) {
  const paths: string[] = []
  const receiver = await serveSandbox(({ path }) => {
    paths.push(path)
    return redirect === undefined ? { status: 204 } : { status: 307, headers: { location: redirect } }
  })
  const site = createMemoryVendor('site')
  const names = Object.keys(addresses)
  try {
    const scene = await startScene({
      yaml: `
systems:
  site: { connector: site, objects: { contact: {} } }${names.map(name => systemOf(name, addresses[name]?.(receiver.url) ?? '')).join('')}
routes:${names.map(name => `\n  - { entity: person, system: ${name}, object: contact }`).join('')}
`,
      env: { SECRET },
      connectors: [await connectorNamed('webhook'), site.connector],
      mappings: {
        'site/contact.in': '{"person": {"email": mail}}',
        ...Object.fromEntries(names.map(name => [`${name}/contact.out`, '{"mail": email}'])),
      },
      allowPrivateAddresses,
    })
    await scene.post('site', { id: '1', data: { mail: 'one@example.com' } })
    const attempts = () =>
      scene.rows<{ system: string; outcome: string }>('select distinct system, outcome from attempt order by system')
    await until(attempts, rows => rows.length === names.length, 20_000)
    const seen = await attempts()
    const systems = await scene.rows<{ name: string; state: string; reason: string | null }>(
      `select name, state, reason from system where name <> 'site' order by name`,
    )
    await scene.hub.stop()
    return { attempts: seen, systems, paths }
  } finally {
    await receiver.close()
  }
}

test('metadata and link-local addresses are never called, whatever the settings say', async () => {
  const { systems, paths } = await sendTo(
    {
      'link-local': () => 'http://169.254.169.254/latest/meta-data',
      mapped: () => 'http://[::ffff:169.254.169.254]/',
      decimal: () => 'http://2852039166/',
      alibaba: () => 'http://100.100.100.200/',
      allowed: url => `${url}/allowed`,
    },
    true,
  )
  expect(paths).toEqual(['/allowed'])
  expect(systems.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'alibaba disconnected',
    'allowed active',
    'decimal disconnected',
    'link-local disconnected',
    'mapped disconnected',
  ])
  expect(systems[0]?.reason).toContain('never called')
})

test('private addresses, and names that resolve to them, are not called unless the operator says so', async () => {
  const { systems, paths } = await sendTo(
    {
      address: url => `${url}/address`,
      name: url => `${url.replace('127.0.0.1', 'localhost')}/name`,
      network: () => 'http://10.0.0.1/',
    },
    false,
  )
  expect(paths).toEqual([])
  expect(systems.map(({ state }) => state)).toEqual(['disconnected', 'disconnected', 'disconnected'])
  for (const { reason } of systems) expect(reason).toContain('allowPrivateAddresses')
})

test('a redirect of a delivery is not followed', async () => {
  const { attempts, paths } = await sendTo({ moved: url => `${url}/old` }, true, 'http://169.254.169.254/')
  expect(attempts).toEqual([{ system: 'moved', outcome: 'retry' }])
  expect(paths).toEqual(['/old'])
})
