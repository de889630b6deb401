import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken } from '#console/tokens.ts'
import { secretOf } from '#connector/sandbox.ts'
import { startSandbox as startHubspot, type HubspotSandbox } from '../../connectors/hubspot/sandbox.ts'
import { startSandbox as startSalesforce, type SalesforceSandbox } from '../../connectors/salesforce/sandbox.ts'
import { startSandbox as startZendesk, type ZendeskSandbox } from '../../connectors/zendesk/sandbox.ts'
import { commandLine } from '../cli/run.ts'
import { openConsole } from '../hub/console.ts'
import { startScene, type Scene } from '../hub/scene.ts'
import { connectorNamed } from '../support/hub.ts'
import { settleWith } from './hub-acts.ts'
import { repositoryMappings } from './repository-mappings.ts'

/** Duplicates inside one system, mended there by the vendor's own call, in a whole hub over real HTTP. */
describe('duplicates inside a system', () => {
  const PUBLIC_URL = 'https://hub.example.com'
  let hubspot: HubspotSandbox
  let zendesk: ZendeskSandbox
  let salesforce: SalesforceSandbox
  let scene: Scene
  let cli: ReturnType<typeof commandLine>

  beforeAll(async () => {
    hubspot = await startHubspot()
    zendesk = await startZendesk()
    salesforce = await startSalesforce()
    scene = await startScene({
      yaml: `
hub: { publicUrl: '${PUBLIC_URL}', defaultCountry: DE }
systems:
  hubspot:
    connector: hubspot
    settings: ${JSON.stringify(hubspot.settings)}
    secrets: { accessToken: env:HS_TOKEN, webhookSecret: env:HS_SECRET }
    objects: { contact: {} }
  zendesk:
    connector: zendesk
    settings: ${JSON.stringify(zendesk.settings)}
    secrets: { email: env:ZD_EMAIL, apiToken: env:ZD_TOKEN, webhookSecret: env:ZD_SECRET }
    objects: { user: {} }
  salesforce:
    connector: salesforce
    settings: ${JSON.stringify(salesforce.settings)}
    secrets: ${JSON.stringify(Object.fromEntries(Object.keys(salesforce.secrets).map(name => [name, `env:SF_${name}`])))}
    objects: { Contact: {} }
routes:
  - { entity: person, system: hubspot, object: contact }
  - { entity: person, system: zendesk, object: user }
`,
      connectors: await Promise.all(['hubspot', 'zendesk', 'salesforce'].map(connectorNamed)),
      env: {
        HS_TOKEN: secretOf(hubspot, 'accessToken'),
        HS_SECRET: secretOf(hubspot, 'webhookSecret'),
        ZD_EMAIL: secretOf(zendesk, 'email'),
        ZD_TOKEN: secretOf(zendesk, 'apiToken'),
        ZD_SECRET: secretOf(zendesk, 'webhookSecret'),
        ...Object.fromEntries(Object.keys(salesforce.secrets).map(name => [`SF_${name}`, secretOf(salesforce, name)])),
      },
      mappings: {
        ...repositoryMappings('hubspot'),
        ...repositoryMappings('zendesk'),
        ...repositoryMappings('salesforce'),
      },
      overrides: { console: openConsole },
    })
    hubspot.listen(`${scene.hub.url}/in/hubspot`, `${PUBLIC_URL}/in/hubspot`)
    zendesk.account.webhooks.listen(`${scene.hub.url}/in/zendesk`)
    const id = scene.hub.ids.uuid()
    const { value } = await createToken(scene.db.database.kysely, { id, name: 'ann', scopes: ['operate', 'read'] })
    cli = commandLine({ PATCHBAY_URL: scene.hub.url, PATCHBAY_TOKEN: value })
  })
  afterAll(() => Promise.all([hubspot, zendesk, salesforce].map(sandbox => sandbox.close())))

  const settle = () =>
    settleWith(scene, async () => [
      ...(await hubspot.account.webhooks.flush()),
      ...(await zendesk.account.webhooks.flush()),
    ])
  const remotes = (system: string, object: string) =>
    scene.rows<{ remote_id: string; alias_of: string | null; is_primary: boolean; golden_id: string }>(
      `select remote_id, alias_of, is_primary, golden_id from remote_record where system = '${system}' and object = '${object}' order by linked_at, remote_id`,
    )
  const audited = (target: string) =>
    scene.rows(
      `select actor, action, detail ->> 'outcome' as outcome from audit where target = '${target}' and action = 'duplicate.merge' order by id`,
    )

  it('HubSpot: shows what differs, merges when it is told to, and takes the webhook about it for known', async () => {
    const enter = (properties: Record<string, string>): string => {
      const written = hubspot.account.write('contact', undefined, properties, 'person')
      if ('refused' in written) throw new Error(written.refused.message)
      return written.record.id
    }
    const first = enter({ email: 'ana@example.de', firstname: 'Ana' })
    await settle()
    const second = enter({ email: 'ana.silva@example.de', firstname: 'Ana Maria', jobtitle: 'Buyer' })
    await settle()
    const [one, two] = await remotes('hubspot', 'contact')
    if (one?.golden_id !== two?.golden_id) {
      await cli.json('customer', 'merge', one?.golden_id ?? '', two?.golden_id ?? '', '--yes')
      await settle()
    }
    expect(await cli.json('customer', 'duplicates', '--system', 'hubspot')).toMatchObject([
      { remoteRecords: [{ remoteId: first, isPrimary: true }, { remoteId: second }] },
    ])

    const looked = await cli.json('customer', 'merge-duplicate', 'hubspot/contact', second)
    expect(looked).toMatchObject({
      dryRun: true,
      preview: { survivorId: first, loserId: second, loser: { fields: { givenName: 'Ana Maria', jobTitle: 'Buyer' } } },
    })
    expect(hubspot.records('contact')).toHaveLength(2)
    expect(await audited('hubspot/contact')).toEqual([])

    expect(await cli.json('customer', 'merge-duplicate', 'hubspot/contact', second, '--yes')).toMatchObject({
      dryRun: false,
      remoteId: first,
    })
    await settle()
    expect(hubspot.records('contact')).toMatchObject([{ id: first, jobtitle: 'Buyer' }])
    expect(await remotes('hubspot', 'contact')).toMatchObject([
      { remote_id: first, alias_of: null, is_primary: true },
      { remote_id: second, alias_of: first, is_primary: false },
    ])
    expect(await cli.json('customer', 'duplicates', '--system', 'hubspot')).toEqual([])
    expect(await audited('hubspot/contact')).toEqual([
      { actor: 'ann', action: 'duplicate.merge', outcome: 'delivered' },
    ])
    expect((await cli.pb('customer', 'merge-duplicate', 'hubspot/contact', second, '--yes')).stderr).toContain(
      'No customer has a living record',
    )
  })

  it('Zendesk: the same, and what it refuses changes nothing here', async () => {
    const enter = (fields: Record<string, string>): string => {
      const written = zendesk.account.write('user', undefined, fields)
      if ('refused' in written) throw new Error(written.refused.description)
      return String(written.record.id)
    }
    const first = enter({ name: 'Bo One', email: 'bo@example.de' })
    const second = enter({ name: 'Bo Two', email: 'bo.two@example.de' })
    await settle()
    const known = await remotes('zendesk', 'user')
    const goldenOf = (id: string): string => known.find(row => row.remote_id === id)?.golden_id ?? ''
    expect(
      (await cli.pb('customer', 'merge-duplicate', 'zendesk/user', second, '--into', first, '--yes')).stderr,
    ).toContain('no living record of the same customer')
    await cli.json('customer', 'merge', goldenOf(first), goldenOf(second), '--yes')
    await settle()
    zendesk.answerNext({ status: 422, json: { error: 'RecordInvalid', description: 'only end users' } })
    expect(
      (await cli.pb('customer', 'merge-duplicate', 'zendesk/user', second, '--into', first, '--yes')).stderr,
    ).toContain('did not merge them')
    expect((await remotes('zendesk', 'user')).every(row => row.alias_of === null)).toBe(true)
    expect(
      await cli.json('customer', 'merge-duplicate', 'zendesk/user', second, '--into', first, '--yes'),
    ).toMatchObject({
      remoteId: first,
    })
    await settle()
    expect((await remotes('zendesk', 'user')).find(row => row.remote_id === second)).toMatchObject({ alias_of: first })
    expect(zendesk.records('user').filter(user => JSON.stringify(user['email']).includes('bo'))).toHaveLength(1)
    expect((await audited('zendesk/user')).map(row => (row as { outcome: string }).outcome)).toEqual([
      'rejected',
      'delivered',
    ])
  })

  it('Salesforce: has no such call in its REST API, which is said', async () => {
    const said = await cli.pb('customer', 'merge-duplicate', 'salesforce/Contact', '003000000000001AAA', '--yes')
    expect(said.code).not.toBe(0)
    expect(said.stderr).toContain('no call that merges')
  })
})
