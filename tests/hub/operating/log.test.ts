import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { loadConnectors } from '#connector/registry.ts'
import type { JsonObject } from '#model/json.ts'
import { createLog } from '#observe/log.ts'
import { startTestHub, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { createTestDatabase } from '../../support/postgres.ts'

const CONNECTORS = join(import.meta.dirname, '../../../connectors')
const SECRETS = {
  FORM_KEY: 'form-key-9f3a1c',
  FORM_TOKEN: 'form-token-5d20bb',
  SIGNING: `whsec_${Buffer.from('signing-secret-77aa01-0123456789').toString('base64')}`,
}
const PERSON = {
  email: 'wilhelmina.quatsch@private.example',
  full_name: 'Wilhelmina Quatschkopf',
  phone: '+351912999777',
  message: 'a diagnosis that nobody may read',
}
const TRACES = [
  'wilhelmina',
  'quatsch',
  '912999777',
  'diagnosis',
  'form-key-9f3a1c',
  'form-token-5d20bb',
  SECRETS.SIGNING.slice(6),
  'wrong-token-e81c',
]

/** A receiver that answers with what it was sent, as talkative vendors do. */
async function startVendor(answers: number[]): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = JSON.stringify(request.headers)
      response.writeHead(answers.shift() ?? 422, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: `refused: ${Buffer.concat(chunks).toString()} ${headers}` }))
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  afterAll(() => new Promise(done => server.close(done)))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function linesOf(file: string): JsonObject[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line): JsonObject[] => (line === '' ? [] : [JSON.parse(line)]))
}

test('the log tells of every unit of work and every refusal, and never a value of a customer or a secret', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-log-'))
  const file = join(folder, 'patchbay.log')
  const db = await createTestDatabase()
  const crm = createMemoryVendor('crm')
  const hub = await startTestHub({
    databaseUrl: db.url,
    yaml: `
systems:
  contact: { connector: web-form, secrets: { formKey: env:FORM_KEY, formToken: env:FORM_TOKEN } }
  crm: { connector: crm, objects: { contact: {} } }
  out: { connector: webhook, settings: { out: { url: '${await startVendor([500])}', objects: [person] } }, secrets: { signingSecret: env:SIGNING } }
  desk: { connector: crm, objects: { contact: {} } }
routes:
  - { entity: person, system: out, object: person }
  - { entity: person, system: desk, object: contact, when: 'familyName + 1 = 2' }
`,
    connectors: [...(await loadConnectors(CONNECTORS)).values(), crm.connector],
    mappings: {
      'contact/submission.in': '{"person": {"@id": email, "email": email, "fullName": full_name, "mobile": phone}}',
      'crm/contact.in': '{"person": {"email": email, "familyName": $number(full_name)}}',
      'out/person.out': '$',
      'desk/contact.out': '$',
    },
    env: SECRETS,
    overrides: { log: createLog({ level: 'trace', file }) },
  })
  const lines = (): JsonObject[] => linesOf(file)

  const bearer = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' })
  const post = async (path: string, body: string, headers: Record<string, string>): Promise<number> =>
    (await fetch(`${hub.url}/in/${path}`, { method: 'POST', body, headers })).status
  const good = bearer(SECRETS.FORM_TOKEN)
  const body = JSON.stringify(PERSON)

  expect(await post('contact', body, good)).toBe(202)
  await until(lines, seen => seen.some(line => line['unit'] === 'call' && line['system'] === 'out'))
  expect(await post('contact', body, bearer('wrong-token-e81c'))).toBe(401)
  expect(await post('contact?token=wrong-token-e81c', body, {})).toBe(401)
  expect(await post(`nowhere/${PERSON.email}`, body, {})).toBe(404)
  expect(await post('contact', body.slice(0, -3), good)).toBe(400)
  const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`
  const event = JSON.stringify([{ id: PERSON.email, data: PERSON }])
  expect(await post('crm', event, { 'x-token': PERSON.email, traceparent })).toBe(401)
  // A mapping that fails on the person's values, then tables that refuse whole rows with their content.
  expect(await post('crm', event, { 'x-token': 't' })).toBe(202)
  await sql`alter table source_record add constraint broken check (remote_id <> ${sql.lit('x@private.example')}) not valid`.execute(
    db.database.kysely,
  )
  const other = { ...PERSON, email: 'x@private.example' }
  expect(await post('contact', JSON.stringify(other), good)).toBe(202)
  await until(lines, seen => seen.some(line => line['msg'] === 'a batch failed and was rolled back'))
  await sql`alter table request add constraint broken check (system <> 'contact') not valid`.execute(db.database.kysely)
  expect(await post('contact', body, good)).toBe(503)
  await hub.stop()

  const seen = await until(lines, found => found.some(line => line['msg'] === 'stopping'))
  const received = seen.filter(line => line['unit'] === 'receive')
  expect(received).toContainEqual(
    expect.objectContaining({ level: 'info', msg: 'commit', requests: 1, events: 1, systems: ['contact'] }),
  )
  expect(received.filter(line => line['msg'] === 'refused')).toMatchObject([
    { system: 'contact', status: 401, code: 'credentials_wrong', remoteAddress: '127.0.0.1' },
    { system: 'contact', status: 401, code: 'credentials_wrong' },
    { system: 'unknown', status: 404, code: 'unknown_system' },
    { system: 'contact', status: 400, code: 'malformed' },
    { system: 'crm', status: 401, code: 'credentials_wrong', traceId: 'ab'.repeat(16) },
    { system: 'contact', status: 503, code: 'not_stored' },
  ])
  for (const unit of ['interpret', 'resolve', 'plan', 'deliver', 'call'])
    expect(seen.map(line => line['unit'])).toContain(unit)
  expect(seen.map(line => line['msg'])).toContain('a request could not be stored; its sender was told to come back')
  const text = readFileSync(file, 'utf8').toLowerCase()
  for (const trace of TRACES) {
    expect(text).not.toContain(trace.toLowerCase())
    expect(text).not.toContain(Buffer.from(trace).toString('hex'))
  }
})

test('a flood of refused requests makes a bounded number of lines, and one that counts the others', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'patchbay-log-')), 'patchbay.log')
  const db = await createTestDatabase()
  const crm = createMemoryVendor('crm')
  const hub = await startTestHub({
    databaseUrl: db.url,
    yaml: 'systems: { crm: { connector: crm, objects: { contact: {} } } }',
    connectors: [crm.connector],
    mappings: {},
    overrides: { log: createLog({ level: 'info', file }) },
  })
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: 300 }, () => fetch(`${hub.url}/in/crm`, { method: 'POST', body: '{}' })))
  await hub.stop()
  const windows = Math.ceil((performance.now() - startedMs) / 1_000) + 1
  const isRefused = (line: JsonObject): boolean => line['msg'] === 'refused'
  const counted = (line: JsonObject): number => (typeof line['more'] === 'number' ? line['more'] : 0)
  const lines = await until(
    () => linesOf(file),
    seen => seen.reduce((sum, line) => sum + (isRefused(line) ? 1 : counted(line)), 0) === 300,
  )
  const written = lines.filter(isRefused).length
  expect(written).toBeGreaterThanOrEqual(20)
  expect(written).toBeLessThanOrEqual(20 * windows)
  const more = lines.find(line => counted(line) > 0)
  expect(more?.['reasons']).toEqual({ credentials_wrong: more?.['more'] })
})
