import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Connector } from '#connector/kit.ts'
import { loadConnectors } from '#connector/registry.ts'
import type { Sandbox } from '#connector/sandbox.ts'
import { scaffoldConnector } from '#connector/scaffold.ts'
import { loadFixtures, pushItem, type Fixture } from '../fixtures.ts'
import { sandboxAccess } from '../sandbox-access.ts'
import { receiving } from './receiving.ts'
import { sending } from './sending.ts'

/** One suite for every connector: a folder is found by listing, and is held to the same promises as all others. */
const root = join(import.meta.dirname, '../../../connectors')
const connectors = await loadConnectors(root)
/** What the scaffolder makes must pass as it is; it is made inside the repository, where the kit can be imported. */
const scaffoldRoot = join(root, '../reports', `scaffold-${process.pid}`)
await mkdir(scaffoldRoot, { recursive: true })
const scaffolded = await scaffoldConnector(scaffoldRoot, 'sample-crm', join(root, '_template'))
const samples = await loadConnectors(join(scaffoldRoot, 'connectors'))
afterAll(() => rm(scaffoldRoot, { recursive: true, force: true }))

const subjects = [...connectors, ...samples].map(([name, connector]) => {
  const dir = samples.has(name) ? join(scaffoldRoot, 'connectors', name) : join(root, name)
  return [name, connector, dir] as const
})

it('finds every folder', () => {
  const folders = readdirSync(root, { withFileTypes: true }).filter(e => e.isDirectory() && !e.name.startsWith('_'))
  expect([...connectors.keys()]).toEqual(folders.map(e => e.name).sort())
})

it('scaffolds a connector with its mappings', () => {
  expect(scaffolded).toMatchObject({ ok: true })
  const files = scaffolded.ok ? scaffolded.files : []
  expect(files).toContain('connectors/sample-crm/connector.ts')
  expect(files).toContain('mappings/sample-crm/contact.cases.json')
  for (const file of files)
    expect(readFileSync(join(scaffoldRoot, file), 'utf8'), file).not.toMatch(/_template|Template/)
})

describe.each(subjects)('%s', (name, connector, dir) => {
  const fixtures = loadFixtures(dir)

  it('has a complete manifest', () => {
    const { manifest } = connector
    expect(manifest.name).toMatch(/^[a-z][a-z0-9-]*$/)
    for (const text of [manifest.title, manifest.description, ...Object.values(manifest.secrets).map(s => s.label)]) {
      expect(text.en.trim()).not.toBe('')
      expect(text.zh.trim()).not.toBe('')
    }
    expect(manifest.limits.concurrency).toBeGreaterThan(0)
    expect(manifest.limits.timeoutMs).toBeGreaterThan(0)
    expect(connector.webhook ?? connector.pull ?? connector.push).toBeDefined()
  })

  it('says for its docs what becomes of removals, and what it was checked against', () => {
    const { removals, evidence } = connector.manifest
    expect([removals?.deletes, removals?.merges]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)])
    expect(evidence?.checked).not.toEqual([])
  })

  it('describes its settings as JSON Schema, for forms and checks', () => {
    const schema = z.toJSONSchema(connector.manifest.settings, { io: 'input' })
    expect(schema).toMatchObject({ type: 'object' })
  })

  it('explains its set-up', () => {
    const readme = readFileSync(join(dir, 'README.md'), 'utf8')
    expect(readme).toMatch(/^# \S/)
    expect(readme).toMatch(/^## Set-up\n+1\. /m)
  })

  it('imports only the kit, JSON and npm packages', () => {
    for (const file of globSync('**/*.ts', { cwd: dir })) {
      const source = readFileSync(join(dir, file), 'utf8')
      for (const [, imported = ''] of source.matchAll(/(?:from +|import\s*\(?\s*)'([^']+)'/g)) {
        const allowed =
          /^(#connector\/|#model\/(json|assert)\.ts$|\.\/|\.\.\/[a-z-]+\.ts$|\.\.\/webhook\/presets\.ts$|node:|[a-z@])/.test(
            imported,
          )
        expect(allowed, `${file} imports ${imported}`).toBe(true)
      }
    }
  })

  it.each(fixtures)('accepts the settings of %s', (_, fixture) => {
    const { settings, objects } = connector.manifest
    const parsed = settings.safeParse(fixture.settings)
    expect(parsed.error?.issues ?? []).toEqual([])
    const names = typeof objects === 'function' ? objects(parsed.data) : objects
    expect(names.every(object => object !== '')).toBe(true)
  })

  const { webhook, push } = connector
  if (webhook !== undefined) receiving(name, connector, webhook, fixtures)
  if (push !== undefined) sending(connector, fixtures)
  if (existsSync(join(dir, 'sandbox.ts'))) againstSandbox(connector, dir, fixtures)
})

/** The vendor's stand-in, over real HTTP: the credentials are proved, and a repeated delivery makes no second record. */
function againstSandbox(connector: Connector<unknown>, dir: string, fixtures: [string, Fixture][]) {
  it('delivers to its sandbox, once, and proves its credentials', async () => {
    const module = (await import(pathToFileURL(join(dir, 'sandbox.ts')).href)) as { startSandbox(): Promise<Sandbox> }
    const sandbox = await module.startSandbox()
    try {
      const given = fixtures.flatMap(([, fixture]) => fixture.push).find(one => one.operation === 'upsert')
      if (given === undefined) throw new Error('no fixture shows an upsert')
      const access = sandboxAccess(connector, sandbox)
      expect(await connector.check?.(access)).toMatchObject({ ok: true })
      const items = given.items.map(pushItem)
      for (let repeat = 0; repeat < 2; repeat++) {
        const outcomes = await connector.push?.upsert(access, given.object, items)
        expect(outcomes?.map(outcome => outcome.kind)).toEqual(items.map(() => 'delivered'))
      }
      expect(sandbox.records(given.object)).toHaveLength(items.length)
      expect(sandbox.records(given.object)[0]).toMatchObject(items[0]?.content ?? {})
      const stranger = { ...sandboxAccess(connector, sandbox), secrets: {} }
      const refused = await connector.push?.upsert(stranger, given.object, items)
      expect(refused?.map(outcome => outcome.kind)).toEqual(items.map(() => 'disconnected'))
      const kept = JSON.stringify(access.exchanges)
      for (const secret of Object.values(sandbox.secrets).flat()) expect(kept).not.toContain(secret)
    } finally {
      await sandbox.close()
    }
  })
}
