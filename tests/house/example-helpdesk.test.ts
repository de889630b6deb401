import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createHmac } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Hub, startHub } from '#app.ts'
import { readEnvironment } from '#config/environment.ts'
import { createHubKey } from '#config/key.ts'
import { parseConfig, writeProblem } from '#config/load.ts'
import { loadConnectors } from '#connector/registry.ts'
import { parseCases, runCases } from '#mapping/cases.ts'
import { compileMapping } from '#mapping/mapping.ts'
import { HELPDESK_SECRETS } from '../../connectors/http/example/sandboxes/helpdesk.ts'
import { createSandbox } from '../../connectors/http/example/sandboxes/all.ts'
import { until } from '../support/hub.ts'
import { createTestDatabase, testLog } from '../support/postgres.ts'
import { ROOT } from './generate.ts'

// The README's first real system, as it stands there, beside the starter's form and against a helpdesk that behaves
// like a real one.

const EXAMPLE = join(ROOT, 'docs/examples/helpdesk')
const FORM = `
hub: { allowPrivateAddresses: true }
systems:
  contact-form:
    connector: web-form
    secrets: { formKey: file:form-key, formToken: file:form-token }
`

describe('docs/examples/helpdesk', () => {
  const helpdesk = createSandbox('helpdesk', { seed: 1 })
  let hub: Hub

  beforeAll(async () => {
    await helpdesk.start()
    hub = await startExample(helpdesk.url())
    helpdesk.setWebhookTarget(`${hub.url}/in/helpdesk`)
  })

  afterAll(async () => {
    await hub.stop()
    await helpdesk.stop()
  })

  test('a person who fills in the form becomes a user, and what an agent changes comes back', async () => {
    const reply = await fetch(`${hub.url}/in/contact-form`, {
      method: 'POST',
      headers: { authorization: 'Bearer form-token-of-the-test', 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ana@example.com', full_name: 'Ana Silva' }),
    })
    expect(reply.status).toBeLessThan(300)
    const id = await until(
      () => helpdesk.find('user', 'email', 'ana@example.com'),
      found => found !== undefined,
    )
    expect(helpdesk.record('user', id ?? '')?.fields).toMatchObject({ name: 'Ana Silva' })

    helpdesk.edit('user', id, { name: 'Ana Souza', phone: '+351912345678' })
    const person = await until(
      async () =>
        (
          await hub.database.kysely
            .selectFrom('golden_record')
            .select('fields')
            .where('entity', '=', 'person')
            .execute()
        )
          .map(row => row.fields)
          .find(fields => fields['familyName'] === 'Souza'),
      found => found !== undefined,
    )
    expect(person).toMatchObject({ email: 'ana@example.com', mobile: '+351912345678' })
    expect(Object.keys(helpdesk.records()['user'] ?? {})).toHaveLength(1)
  })

  test.each(['in', 'out'] as const)('the cases of user.%s pass', side => {
    const folder = join(EXAMPLE, 'mappings/helpdesk')
    const cases: Record<string, unknown> = JSON.parse(readFileSync(join(folder, 'user.cases.json'), 'utf8'))
    const parsed = parseCases(JSON.stringify(cases[side]))
    if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
    const source = readFileSync(join(folder, `user.${side}.jsonata`), 'utf8')
    const kind = side === 'in' ? 'inbound' : 'outbound'
    const results = runCases(compileMapping(`helpdesk/user.${side}`, source, { kind }), parsed.cases)
    expect(results.length).toBeGreaterThan(0)
    expect(results.filter(result => !result.ok)).toEqual([])
  })
})

/** A hub with the starter's form and the example's file, both unchanged but for where the helpdesk is. */
async function startExample(helpdeskUrl: string): Promise<Hub> {
  const dataDir = mkdtempSync(join(tmpdir(), 'patchbay-example-'))
  writeFileSync(join(dataDir, 'form-key'), createHmac('sha256', 'test').digest('base64'), { mode: 0o600 })
  writeFileSync(join(dataDir, 'form-token'), 'form-token-of-the-test', { mode: 0o600 })
  const environment = readEnvironment({
    PATCHBAY_DATA: dataDir,
    PATCHBAY_PORT: '0',
    HELPDESK_URL: helpdeskUrl,
    HELPDESK_USER: HELPDESK_SECRETS.username,
    HELPDESK_KEY: HELPDESK_SECRETS.password,
    HELPDESK_WEBHOOK_SECRET: HELPDESK_SECRETS.webhookSecret,
  })
  if (!environment.ok) throw new Error(environment.problems.join('\n'))
  const connectors = await loadConnectors(join(ROOT, 'connectors'))
  const example = readFileSync(join(EXAMPLE, 'patchbay.yaml'), 'utf8').replace('systems:\n', '')
  const result = parseConfig(FORM + example, join(EXAMPLE, 'patchbay.yaml'), environment.environment, connectors)
  if (!result.ok) throw new Error(result.problems.map(writeProblem).join('\n'))
  const { url: databaseUrl } = await createTestDatabase()
  const { config } = result
  return await startHub({
    ...result,
    config: {
      ...config,
      hub: { ...config.hub, port: 0, mappingsDirs: [join(ROOT, 'mappings'), join(EXAMPLE, 'mappings')] },
    },
    connectors,
    key: createHubKey([Buffer.alloc(32, 1)]),
    databaseUrl,
    log: testLog,
  })
}
