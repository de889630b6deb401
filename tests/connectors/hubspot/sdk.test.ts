import { Client, Signature } from '@hubspot/api-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RawRequest } from '#connector/kit.ts'
import { secretOf } from '#connector/sandbox.ts'
import hubspot from '../../../connectors/hubspot/connector.ts'
import { startSandbox, type HubspotSandbox } from '../../../connectors/hubspot/sandbox.ts'

/** HubSpot's own client reads and writes the sandbox, and its own signatures are verified: what they agree on is true. */
let sandbox: HubspotSandbox
let client: Client
beforeAll(async () => {
  sandbox = await startSandbox()
  const accessToken = secretOf(sandbox, 'accessToken')
  client = new Client({ accessToken, basePath: sandbox.url, numberOfApiCallRetries: 0 })
})
afterAll(() => sandbox.close())

it('upserts, reads and searches contacts', async () => {
  const upserted = await client.crm.contacts.batchApi.upsert({
    inputs: [
      { idProperty: 'patchbay_id', id: 'sdk-1', properties: { email: 'Sdk@Example.com', firstname: 'Sdk' } },
      { idProperty: 'patchbay_id', id: 'sdk-2', properties: { email: 'sdk2@example.com' } },
    ],
  })
  expect(upserted.results.map(({ _new, properties }) => [_new, properties['email']])).toEqual([
    [true, 'sdk@example.com'],
    [true, 'sdk2@example.com'],
  ])
  const again = await client.crm.contacts.batchApi.upsert({
    inputs: [{ idProperty: 'patchbay_id', id: 'sdk-1', properties: { firstname: 'Changed' } }],
  })
  expect(again.results[0]).toMatchObject({ _new: false, id: upserted.results[0]?.id })
  const read = await client.crm.contacts.batchApi.read({
    inputs: [{ id: 'sdk@example.com' }],
    idProperty: 'email',
    properties: ['firstname'],
    propertiesWithHistory: [],
  })
  expect(read.results[0]?.properties).toMatchObject({ firstname: 'Changed' })
  expect(read.results[0]?.updatedAt).toBeInstanceOf(Date)
  const filter = { propertyName: 'email', operator: 'EQ' as never, value: 'sdk2@example.com' }
  const found = await client.crm.contacts.searchApi.doSearch({
    filterGroups: [{ filters: [filter] }],
    properties: ['email'],
  })
  expect(found).toMatchObject({ total: 1, results: [{ id: upserted.results[1]?.id }] })
})

it('gets partial failures, conflicts and limits as the client knows them', async () => {
  const missing = await client.crm.companies.batchApi.update({
    inputs: [{ id: '999999', properties: { name: 'x' }, objectWriteTraceId: '0' }],
  })
  expect(missing).toMatchObject({
    numErrors: 1,
    errors: [{ category: 'OBJECT_NOT_FOUND', context: { objectWriteTraceId: ['0'] } }],
  })
  await client.crm.contacts.basicApi.create({ properties: { email: 'twice@example.com' }, associations: [] })
  const twice = client.crm.contacts.basicApi.create({ properties: { email: 'twice@example.com' }, associations: [] })
  await expect(twice).rejects.toMatchObject({ code: 409, body: { category: 'CONFLICT' } })
  sandbox.answerNext({ status: 429, json: { status: 'error', errorType: 'RATE_LIMIT', policyName: 'SECONDLY' } })
  await expect(client.crm.deals.basicApi.getPage()).rejects.toMatchObject({ code: 429 })
})

it('associates and reads what is associated', async () => {
  const company = await client.crm.companies.basicApi.create({ properties: { name: 'Sdk' }, associations: [] })
  const contact = await client.crm.contacts.basicApi.create({ properties: { lastname: 'Sdk' }, associations: [] })
  await client.crm.associations.v4.batchApi.create('contacts', 'companies', {
    inputs: [
      {
        _from: { id: contact.id },
        to: { id: company.id },
        types: [{ associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 1 }],
      },
    ],
  })
  const read = await client.crm.associations.v4.batchApi.getPage('contacts', 'companies', {
    inputs: [{ id: contact.id }],
  })
  expect(read.results[0]?._from).toEqual({ id: contact.id })
  expect(String(read.results[0]?.to[0]?.toObjectId)).toBe(company.id)
  expect(read.results[0]?.to[0]?.associationTypes.map(({ typeId }) => typeId)).toEqual([279, 1])
  const shown = await client.crm.contacts.basicApi.getById(contact.id, ['associatedcompanyid'])
  expect(shown.properties['associatedcompanyid']).toBe(company.id)
})

it('refreshes a token', async () => {
  const secret = secretOf(sandbox, 'webhookSecret')
  const tokens = await client.oauth.tokensApi.create(
    'refresh_token',
    undefined,
    undefined,
    'c1',
    secret,
    'sandbox-refresh-token',
  )
  expect(tokens).toMatchObject({ accessToken: sandbox.secrets['accessToken']?.[0], expiresIn: 1800 })
})

it.each(['v1', 'v2', 'v3'] as const)('verifies what the client signs: %s', version => {
  const body = JSON.stringify([{ subscriptionType: 'contact.creation', objectId: 1, occurredAt: 1764800000000 }])
  const url = 'https://hub.example.com/in/hubspot?src=1'
  const nowMs = Date.now()
  const signature = Signature.getSignature('POST', version, {
    clientSecret: 'client-secret',
    requestBody: body,
    url,
    timestamp: nowMs,
    signature: '',
  })
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-hubspot-signature-version': version }
  headers[version === 'v3' ? 'x-hubspot-signature-v3' : 'x-hubspot-signature'] = signature
  if (version === 'v3') headers['x-hubspot-request-timestamp'] = String(nowMs)
  const request: RawRequest = {
    method: 'POST',
    path: '',
    query: new URLSearchParams('src=1'),
    headers,
    body: Buffer.from(body),
    publicUrl: url,
    remoteAddress: '203.0.113.7',
  }
  const verify = (secret: string) => {
    const credentials = {
      settings: hubspot.manifest.settings.parse({ signature: version }),
      secrets: { webhookSecret: [secret] },
    }
    return hubspot.webhook?.verify(request, credentials, nowMs)
  }
  expect(verify('client-secret')).toEqual({ ok: true })
  expect(verify('another')).toMatchObject({ ok: false, code: 'signature_wrong' })
})
