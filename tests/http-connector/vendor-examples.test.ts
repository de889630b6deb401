import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEnvironment } from '#config/environment.ts'
import { parseConfig, writeProblem } from '#config/load.ts'
import { loadConnectors } from '#connector/registry.ts'
import { envOf, parseCases, runCase } from '#mapping/cases.ts'
import { compileMapping } from '#mapping/mapping.ts'
import { isEntity } from '#model/entities.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { validateRecord } from '#model/validate.ts'
import connector from '../../connectors/http/connector.ts'
import type { HttpSettings } from '../../connectors/http/settings.ts'
import { item } from '../support/access.ts'
import { openApiCheck, type RequestCheck, type SeenRequest } from '../support/openapi-request.ts'
import { accessTo } from './harness.ts'

// Every example of a vendor that has an OpenAPI document: what the hub sends by it is what the document allows.

const ROOT = join(import.meta.dirname, '../..')
const EXAMPLES = join(ROOT, 'docs/examples')
const DOCUMENTS = join(ROOT, '../shared/openapi-vendors')
/** Skipped where the shared files are absent, which in CI is a failure. */
const withDocuments = test.skipIf(!existsSync(DOCUMENTS) && process.env['CI'] !== 'true')

const ENVIRONMENT = {
  INTERCOM_TOKEN: 'token',
  INTERCOM_CLIENT_SECRET: 'secret',
  STRIPE_KEY: 'rk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  XERO_CLIENT_ID: 'client',
  XERO_CLIENT_SECRET: 'secret',
  XERO_WEBHOOK_KEY: 'key',
  XERO_TENANT_ID: 'bd2270c3-8706-4c11-9cfb-000b551c3f00',
  SENDGRID_API_KEY: 'SG.1',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_CHANNEL: 'C012345',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_FROM: '+15551234567',
}

/** What the vendor answers to a write, where its form is not the record itself; the rest is left to the mappings' cases. */
const VENDORS: Record<string, { document: string; id: string; answer: Json }> = {
  intercom: { document: 'intercom-contacts-companies', id: '6620fa1e8f2b3c4d5e6f0001', answer: { id: 'new' } },
  stripe: { document: 'stripe-customers', id: 'cus_9', answer: { id: 'new' } },
  xero: {
    document: 'xero-contacts',
    id: 'bd2270c3-8706-4c11-9cfb-000b551c3f51',
    answer: { Contacts: [{ ContactID: 'new' }] },
  },
  sendgrid: { document: 'sendgrid-contacts', id: 'golden-1', answer: { job_id: 'job-1' } },
  slack: { document: 'slack', id: '1764800000.000100', answer: { ok: true, ts: 'new' } },
  twilio: { document: 'twilio-messages', id: `SM${'0'.repeat(32)}`, answer: { sid: 'new' } },
}

let answer: Json = {}
const seen: SeenRequest[] = []
const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const { method = '', url = '', headers } = request
    const isSignIn = url === '/connect/token'
    if (!isSignIn) seen.push({ method, url, headers, body: Buffer.concat(parts).toString() })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isSignIn ? { access_token: 'token', expires_in: 1800 } : answer))
  })
})
const connectors = await loadConnectors(join(ROOT, 'connectors'))

beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => server.close())

describe.each(Object.entries(VENDORS))('docs/examples/%s', (vendor, { document, id, answer: given }) => {
  const folder = join(EXAMPLES, vendor)
  const mappings = join(folder, 'mappings', vendor)

  /** The example as it stands there, but for where the vendor is. */
  function settings(): { object: string; settings: HttpSettings; secrets: Record<string, string> } {
    const environment = readEnvironment(ENVIRONMENT)
    if (!environment.ok) throw new Error(environment.problems.join('\n'))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const text = readFileSync(join(folder, 'patchbay.yaml'), 'utf8').replaceAll(/https:\/\/[a-z.]+\.(?:com|io)\b/g, url)
    const result = parseConfig(text, join(folder, 'patchbay.yaml'), environment.environment, connectors)
    if (!result.ok) throw new Error(result.problems.map(writeProblem).join('\n'))
    const system = result.config.systems[vendor]
    const object = result.config.routes.find(route => route.system === vendor)?.object
    if (system === undefined || object === undefined)
      throw new Error(`the example has no system ${vendor} with a route`)
    const secrets = Object.fromEntries(Object.entries(system.secrets).map(([name, [first]]) => [name, first ?? '']))
    return { object, settings: system.settings as HttpSettings, secrets }
  }

  /** Everything the example can ask of its vendor, with a document of each case of its mapping. */
  async function useAll(): Promise<readonly SeenRequest[]> {
    answer = given
    seen.length = 0
    const { object, ...parts } = settings()
    const access = accessTo(parts.settings, parts.secrets)
    const { push, pull } = connector
    expect(await connector.check?.(access)).toMatchObject({ ok: true })
    for (const content of documents(mappings, object)) {
      const before = item('golden-1', content)
      const known = { ...before, remoteId: id }
      if (push?.canFind?.(object, parts.settings) === true)
        expect(await push.find?.(access, object, [before])).toMatchObject({ ok: true })
      expect(await push?.upsert(access, object, [before])).toMatchObject([{ kind: 'delivered' }])
      const { update, upsert, batch, archive, delete: remove } = parts.settings.objects[object] ?? {}
      if (update ?? upsert ?? batch?.update ?? batch?.upsert)
        expect(await push?.upsert(access, object, [known])).toMatchObject([{ kind: 'delivered' }])
      for (const how of [archive && 'archive', remove && 'delete'] as const)
        if (how) expect(await push?.delete?.(access, object, [known], how)).toMatchObject([{ kind: 'delivered' }])
    }
    if (pull?.canPull?.(object, parts.settings) === true)
      expect(await pull.changes?.(access, object, undefined)).toMatchObject({ ok: true })
    if (parts.settings.objects[object]?.read) await pull?.read?.(access, object, [id])
    return [...seen]
  }

  withDocuments('what it sends validates against the OpenAPI document of the vendor', async () => {
    const check = openApiCheck(join(DOCUMENTS, `${document}.json`))
    const requests = await useAll()
    expect(requests.length).toBeGreaterThan(1)
    expect(requests.map(request => [request.method, request.url, problemsOf(check, request)])).toEqual(
      requests.map(({ method, url }) => [method, url, []]),
    )
  })

  withDocuments('a member with another name, and a value of another kind, are found', async () => {
    const check = openApiCheck(join(DOCUMENTS, `${document}.json`))
    const bodies = (await useAll()).filter(({ body }) => body !== '')
    expect(bodies.length).toBeGreaterThan(0)
    for (const request of bodies) {
      for (const broken of brokenForms(request)) {
        expect(problemsOf(check, broken), `${broken.method} ${broken.url} ${broken.body}`).not.toEqual([])
      }
    }
  })

  test.each(readdirSync(mappings).filter(file => file.endsWith('.jsonata')))('the cases of %s pass', file => {
    const [, object = '', side = ''] = /^(.*)\.(in|out)\.jsonata$/.exec(file) ?? []
    const compiled = compileMapping(file, readFileSync(join(mappings, file), 'utf8'))
    const cases = casesOf(mappings, object, side)
    expect(cases.map(one => runCase(compiled, one))).toEqual(cases.map(({ name }) => ({ name, ok: true })))
    if (side === 'out') return
    for (const one of cases) {
      for (const [entity, record] of Object.entries('expect' in one && isJsonObject(one.expect) ? one.expect : {})) {
        const fields = Object.entries(record as JsonObject).filter(([name]) => !name.startsWith('@'))
        expect(isEntity(entity) && validateRecord(entity, Object.fromEntries(fields))).toEqual({ ok: true })
      }
    }
  })
})

/** Slack's document has the token as a header or in the query; what Slack asks for is `Authorization: Bearer`. */
function problemsOf(check: RequestCheck, request: SeenRequest): readonly string[] {
  const isSigned = request.headers['authorization'] !== undefined
  return check(request).filter(problem => !(isSigned && /^(header|query) token is missing$/.test(problem)))
}

/** The request with its first member renamed, and with a list where the first text was. */
function brokenForms(request: SeenRequest): readonly SeenRequest[] {
  const { body } = request
  const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded'
  if (isForm) return [{ ...request, body: `nobody${body}` }]
  return [
    { ...request, body: body.replace(/"(\w+)":/, '"nobody$1":') },
    { ...request, body: body.replace(/:"[^"]*"/, ':[["x"]]') },
  ]
}

function documents(mappings: string, object: string): readonly JsonObject[] {
  const compiled = compileMapping(`${object}.out`, readFileSync(join(mappings, `${object}.out.jsonata`), 'utf8'))
  return casesOf(mappings, object, 'out').flatMap(({ input, env }) => {
    const result = compiled.run(input, envOf(env))
    if (!result.ok) throw new Error(result.message)
    return isJsonObject(result.value) ? [result.value] : []
  })
}

function casesOf(mappings: string, object: string, side: string) {
  const file = JSON.parse(readFileSync(join(mappings, `${object}.cases.json`), 'utf8')) as JsonObject
  const parsed = parseCases(JSON.stringify(file[side]))
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
  return parsed.cases
}
