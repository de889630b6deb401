import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConnectors } from '#connector/registry.ts'
import type { Sandbox } from '#connector/sandbox.ts'
import { type CaseEnv, envOf, type MappingCase, parseCases } from '#mapping/cases.ts'
import { compileMapping } from '#mapping/mapping.ts'
import { isJsonObject, type JsonObject } from '#model/json.ts'
import { item } from '../support/access.ts'
import { sandboxAccess } from './sandbox-access.ts'

// What the outbound mappings of a vendor make is taken by the vendor: each document of their cases is written to the
// sandbox, as a new record and as a change of it.

const ROOT = join(import.meta.dirname, '../..')
const connectors = await loadConnectors(join(ROOT, 'connectors'))
const VENDORS = [...connectors.keys()].filter(name => existsSync(join(ROOT, 'mappings', name)))

test('there are vendors', () => expect(VENDORS.length).toBeGreaterThan(4))

/** Which object of a vendor holds the record that a link of ours points at. */
const LINKED: Record<string, Record<string, string>> = {
  hubspot: { account: 'company', person: 'contact' },
  odoo: { account: 'company', parent: 'company', person: 'contact' },
  salesforce: { account: 'Account', parent: 'Account', person: 'Contact' },
  zendesk: { account: 'organization', person: 'user' },
}
const LINKED_FIELDS: Record<string, JsonObject> = {
  account: { name: 'Linked Ltd' },
  parent: { name: 'Parent Ltd' },
  person: { givenName: 'Lin', familyName: 'Linked', email: 'lin@example.com' },
}

describe.each(VENDORS)('%s', name => {
  const connector = connectors.get(name)
  if (connector === undefined) throw new Error(`there is no connector ${name}`)
  let sandbox: Sandbox
  /** The newest record of each object. */
  const last = new Map<string, string>()
  beforeAll(async () => {
    const file = pathToFileURL(join(ROOT, 'connectors', name, 'sandbox.ts')).href
    sandbox = await ((await import(file)) as { startSandbox(): Promise<Sandbox> }).startSandbox()
  })
  afterAll(() => sandbox.close())

  async function write(object: string, made: ReturnType<typeof item>): Promise<string> {
    const [outcome] = (await connector?.push?.upsert(sandboxAccess(connector, sandbox), object, [made])) ?? []
    expect(outcome).toMatchObject({ kind: 'delivered' })
    return outcome?.kind === 'delivered' ? outcome.remoteId : ''
  }

  /** The links of a case, to records that the sandbox really has. */
  async function linksThere(links: JsonObject): Promise<JsonObject> {
    const there: JsonObject = {}
    for (const [field, link] of Object.entries(links)) {
      const object = LINKED[name]?.[field]
      const isThere = isJsonObject(link) && link['remoteId'] !== undefined && object !== undefined
      const content = isThere && documentOf(name, object, LINKED_FIELDS[field] ?? {})
      there[field] = content ? { ...link, remoteId: await write(object, item(`golden-${field}`, content)) } : link
    }
    return there
  }

  test.each(outboundCases(name).map(([object, one]) => [object, one.name, one] as const))(
    '%s: %s',
    async (object, what, { input, env = {} }) => {
      const { links } = env.variables ?? {}
      const known = isJsonObject(links) ? { links: await linksThere(links) } : {}
      const content = documentOf(name, object, input, { ...env, variables: { ...env.variables, ...known } })
      if (content === undefined) return
      const made = item(`golden-${object}-${what}`, content)
      // A case that knows its remote id is a change of a record that is there.
      const isKnown = env.variables?.['remoteId'] !== undefined
      const remoteId = isKnown ? (last.get(object) ?? '') : await write(object, made)
      last.set(object, remoteId)
      expect(await write(object, { ...made, remoteId })).toBe(remoteId)
    },
  )
})

function documentOf(name: string, object: string, input: unknown, env: CaseEnv = {}): JsonObject | undefined {
  const file = join(ROOT, 'mappings', name, `${object}.out.jsonata`)
  const result = compileMapping(`${name}/${object}.out`, readFileSync(file, 'utf8')).run(input, envOf(env))
  return result.ok && isJsonObject(result.value) ? result.value : undefined
}

function outboundCases(name: string): [object: string, one: MappingCase][] {
  const folder = join(ROOT, 'mappings', name)
  const files = readdirSync(folder).filter(file => file.endsWith('.out.jsonata'))
  return files.flatMap(file => {
    const object = file.replace('.out.jsonata', '')
    const cases: unknown = JSON.parse(readFileSync(join(folder, `${object}.cases.json`), 'utf8'))
    const parsed = parseCases(JSON.stringify(isJsonObject(cases) ? cases['out'] : []))
    if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
    return parsed.cases.map((one): [string, MappingCase] => [object, one])
  })
}
