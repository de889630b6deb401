import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConnectors } from '#connector/registry.ts'
import { scaffoldConnector } from '#connector/scaffold.ts'
import { parseCases, runCases } from '#mapping/cases.ts'
import { compileMapping } from '#mapping/mapping.ts'

const template = join(import.meta.dirname, '../../connectors/_template')
let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'patchbay-scaffold-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

it.each(['', 'Acme', 'acme_crm', '../evil', 'a/b', '_x', '-a', 'a--b', 'a'.repeat(41)])(
  'refuses the name %j',
  async name => {
    expect(await scaffoldConnector(root, name, template)).toMatchObject({ ok: false, code: 'bad_name' })
  },
)

it('overwrites nothing', async () => {
  await mkdir(join(root, 'mappings', 'taken'), { recursive: true })
  expect(await scaffoldConnector(root, 'taken', template)).toMatchObject({ ok: false, code: 'exists' })
})

it('makes mappings whose cases hold, and names everything', async () => {
  expect(await scaffoldConnector(root, 'acme-crm', template)).toMatchObject({ ok: true })
  expect(await scaffoldConnector(root, 'acme-crm', template)).toMatchObject({ ok: false, code: 'exists' })
  expect(await readFile(join(root, 'connectors/acme-crm/README.md'), 'utf8')).toMatch(/^# Acme Crm\n/)
  const dir = join(root, 'mappings/acme-crm')
  const cases = JSON.parse(await readFile(join(dir, 'contact.cases.json'), 'utf8')) as Record<'in' | 'out', unknown>
  for (const direction of ['in', 'out'] as const) {
    const source = await readFile(join(dir, `contact.${direction}.jsonata`), 'utf8')
    const parsed = parseCases(JSON.stringify(cases[direction]))
    if (!parsed.ok) throw new Error(parsed.problems.join('; '))
    const kind = direction === 'in' ? 'inbound' : 'outbound'
    expect(runCases(compileMapping('contact', source, { kind }), parsed.cases)).toMatchObject([{ ok: true }])
  }
})

it('stops at a folder that is no connector, and skips templates', async () => {
  const dir = join(root, 'broken')
  await mkdir(join(dir, '_draft'), { recursive: true })
  expect((await loadConnectors(dir)).size).toBe(0)
  await mkdir(join(dir, 'nothing'), { recursive: true })
  await expect(loadConnectors(dir)).rejects.toThrow('connectors/nothing has no connector.ts')
})
