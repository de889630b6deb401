import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secretOf } from '#connector/sandbox.ts'
import type { JsonObject } from '#model/json.ts'
import { subscriberHash } from '../../../connectors/mailchimp/member.ts'
import { startSandbox, type MailchimpSandbox } from '../../../connectors/mailchimp/sandbox.ts'
import { type Scene, startScene } from '../../hub/scene.ts'
import { connectorNamed } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'

// A whole hub between Mailchimp and a CRM, with the mappings that come with the connector.

const mapping = (name: string) => readFileSync(new URL(`../../../mappings/${name}.jsonata`, import.meta.url), 'utf8')
const CRM_FIELDS = `"mail": email, "first": givenName, "tags": $exists(tags) ? [$sort(tags)], "mayMail": consents[channel = "email"].status`

describe('Mailchimp and a CRM', () => {
  const crm = createMemoryVendor('crm')
  let sandbox: MailchimpSandbox
  let scene: Scene

  beforeAll(async () => {
    // Its times are whole seconds: with a clock that is ahead they are those of receipt.
    sandbox = await startSandbox({ nowMs: () => Date.now() + 2_000 })
    const { apiUrl, listId } = sandbox.settings as { apiUrl: string; listId: string }
    scene = await startScene({
      yaml: `
systems:
  newsletter:
    connector: mailchimp
    settings: { apiUrl: '${apiUrl}', listId: ${listId}, externalIdTag: HUBID }
    secrets: { apiKey: env:KEY, webhookSecret: env:SECRET }
    objects: { member: {} }
  crm: { connector: crm, objects: { contact: {} } }
routes:
  - { entity: person, system: newsletter, object: member, when: $exists(email) and email != null }
  - { entity: person, system: crm, object: contact }
policy: { skewTolerance: 0s }
`,
      env: { KEY: secretOf(sandbox, 'apiKey'), SECRET: secretOf(sandbox, 'webhookSecret') },
      connectors: [await connectorNamed('mailchimp'), crm.connector],
      mappings: {
        'mailchimp/member.in': mapping('mailchimp/member.in'),
        'mailchimp/member.out': mapping('mailchimp/member.out'),
        'mailchimp/campaign.in': mapping('mailchimp/campaign.in'),
        'crm/contact.in': `{"person": {"email": mail, "givenName": first, "tags": tags, "consents": mayMail ? [{"channel": "email", "purpose": "marketing", "status": mayMail, "origin": "explicit"}]}}`,
        'crm/contact.out': `{${CRM_FIELDS}}`,
      },
    })
    expect(await sandbox.setWebhook(`${scene.hub.url}/in/newsletter`)).toBe(200)
  })
  afterAll(() => sandbox.close())

  const inCrm = (mail: string): JsonObject[] => [...crm.records.values()].filter(record => record['mail'] === mail)
  const inAudience = (email: string) => sandbox.audience.find(email)
  const says = (data: JsonObject, id: string) => {
    crm.records.set(id, data)
    return scene.post('crm', { id, data })
  }

  test('who signs up is a customer, and who leaves may not be written to', async () => {
    await sandbox.subscribe({ email_address: 'Ana@Example.com', merge_fields: { FNAME: 'Ana' } })
    await scene.calm(25_000)
    expect(inCrm('ana@example.com')).toMatchObject([{ first: 'Ana', mayMail: 'granted' }])
    await sandbox.unsubscribe('ana@example.com')
    await scene.calm(25_000)
    expect(inCrm('ana@example.com')).toMatchObject([{ mayMail: 'denied' }])
    expect(inAudience('ana@example.com')).toMatchObject({ status: 'unsubscribed' })
  })

  test("the CRM's customer becomes a member with consent, tags and our id; a refusal there ends it", async () => {
    await says({ mail: 'bo@example.com', first: 'Bo', tags: ['fair', 'vip'], mayMail: 'granted' }, 'c-bo')
    await scene.calm(25_000)
    const [{ golden_id: goldenId } = {}] = await scene.rows<{ golden_id: string }>(
      `select golden_id from remote_record where system = 'crm' and remote_id = 'c-bo'`,
    )
    expect(inAudience('bo@example.com')).toMatchObject({
      status: 'subscribed',
      merge_fields: { FNAME: 'Bo', HUBID: goldenId },
      tags: [{ name: 'fair' }, { name: 'vip' }],
    })
    await says({ mail: 'bo@example.com', first: 'Bo', tags: ['vip'], mayMail: 'denied' }, 'c-bo')
    await scene.calm(25_000)
    expect(inAudience('bo@example.com')).toMatchObject({ status: 'unsubscribed', tags: [{ name: 'vip' }] })
  })

  test('a new address stays one customer and one member, whichever side it is changed on', async () => {
    await says({ mail: 'cy@example.com', first: 'Cy', mayMail: 'granted' }, 'c-cy')
    await scene.calm(25_000)
    await says({ mail: 'cy@new.example.com', first: 'Cy', mayMail: 'granted' }, 'c-cy')
    await scene.calm(25_000)
    expect(inAudience('cy@example.com')).toBeUndefined()
    expect(inAudience('cy@new.example.com')).toMatchObject({ status: 'subscribed' })
    await sandbox.changeAddress('cy@new.example.com', 'cy@last.example.com')
    await scene.calm(25_000)
    expect(inCrm('cy@last.example.com')).toMatchObject([{ first: 'Cy' }])
    await says({ mail: 'cy@last.example.com', first: 'Cyrus', mayMail: 'granted' }, 'c-cy')
    await scene.calm(25_000)
    expect(inAudience('cy@last.example.com')).toMatchObject({ merge_fields: { FNAME: 'Cyrus' } })
    const customers = await scene.rows(
      `select distinct golden_id from remote_record where system = 'newsletter' and remote_id in (${['cy@example.com', 'cy@new.example.com', 'cy@last.example.com'].map(email => `'${subscriberHash(email)}'`).join(', ')}) or remote_id = 'c-cy'`,
    )
    expect(customers).toHaveLength(1)
    expect(await scene.rows(`select 1 from delivery where state = 'dead'`)).toEqual([])
  })

  test('who is removed in Mailchimp is not written there again, and stays a customer', async () => {
    await says({ mail: 'di@example.com', first: 'Di', mayMail: 'granted' }, 'c-di')
    await scene.calm(25_000)
    await sandbox.remove('di@example.com')
    await scene.calm(25_000)
    await says({ mail: 'di@example.com', first: 'Diana', mayMail: 'granted' }, 'c-di')
    await scene.calm(25_000)
    expect(inAudience('di@example.com')).toMatchObject({ status: 'archived', merge_fields: { FNAME: 'Di' } })
    expect(
      await scene.rows(
        `select fields ->> 'givenName' as name from golden_record where fields ->> 'email' = 'di@example.com'`,
      ),
    ).toEqual([{ name: 'Diana' }])
  })

  test('falls silent: what comes back of its own writes makes no further calls', async () => {
    await scene.calm(25_000)
    const [calls, writes] = [sandbox.calls.length, crm.writes.length]
    await sandbox.subscribe({ ...inAudience('bo@example.com') })
    await scene.calm(25_000)
    expect(sandbox.calls.slice(calls)).toEqual([`GET /lists/a6b5da1054/members/${subscriberHash('bo@example.com')}`])
    expect(crm.writes.length).toBe(writes)
  })
})
