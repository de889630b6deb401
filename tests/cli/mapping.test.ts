import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createTestDatabase } from '../support/postgres.ts'
import { commandLine, freePort, launch } from './run.ts'
import type { Running } from './run.ts'

// Each command is a process of its own, which starts slowly on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

// A mapping's way by the command line: tried, as a table and back, with a case of its own, published, exported.
const { url: databaseUrl } = await createTestDatabase()
const folder = mkdtempSync(join(tmpdir(), 'patchbay-cli-map-'))
const variables = { PATCHBAY_DATA: folder, PATCHBAY_PORT: String(await freePort()), DATABASE_URL: databaseUrl }
const { pb, json } = commandLine(variables)
let hub: Running

beforeAll(async () => {
  hub = launch(['start'], variables)
  await hub.says('Ctrl-C finishes')
})
afterAll(async () => {
  hub.child.kill('SIGKILL')
  await hub.ended
})

function write(name: string, content: unknown): string {
  const file = join(folder, name)
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

it('a text is tried on a record, and a failure says what was there', async () => {
  const input = write('input.json', { email: 'Ann@X.org', score: 'high' })
  const right = write('right.jsonata', '{"person": {"email": $email(email), "jobtitle": "x"}}')
  const shown = await pb('map', 'try', 'contact-form/submission.in', right, '--input', input)
  expect(shown.stdout).toContain('"email": "ann@x.org"')
  expect(shown.stdout).toMatch(/person: unknown field "jobtitle"/)
  const wrong = write('wrong.jsonata', '{"person": {"email": $uppercase(score + 1)}}')
  const failed = await pb('map', 'try', 'contact-form/submission.in', wrong, '--input', input)
  expect(failed).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/1:\d+: .*\n +in +score \+ 1\n +found "high" at score/),
  })
})

it('a mapping is shown as a table, and a table becomes a text of the same meaning', async () => {
  expect((await pb('map', 'table', 'outbox/person.out')).stdout).toMatch(/first_name +givenName/)
  const table = await json('map', 'table', 'outbox/person.out')
  const file = write('table.json', table)
  const text = (await pb('map', 'table', 'outbox/person.out', '--from', file)).stdout
  const source = readFileSync('mappings/outbox/person.out.jsonata', 'utf8')
  expect(text.replaceAll(/\s/g, '')).toBe(source.replaceAll(/\s/g, ''))
  const broken = write('broken.json', { rows: [{ target: ['a'], comments: [], kind: 'expression', text: '1 +' }] })
  expect((await pb('map', 'table', 'x', '--from', broken)).stderr).toContain('row 1')
  expect((await pb('map', 'table', 'contact-form/submission.in')).stderr).toContain('cannot be shown as a table')
})

it('cases come with a draft, are published with it, and are exported beside the text', async () => {
  const text = write('person.jsonata', '{"id": $id, "name": givenName}')
  const out = [{ name: 'a name', input: { givenName: 'Ann' }, expect: { name: 'Ann' } }]
  const cases = write('cases.json', { in: [], out })
  expect((await pb('map', 'draft', 'outbox/person.out', text, '--cases', cases)).stdout).toContain('may be published')
  const { number } = await json('map', 'publish', 'outbox/person.out', '--replay')
  expect((await pb('map', 'history', '--publication', String(number))).stdout).toMatch(
    /Replay (waiting|running|done): /,
  )
  const to = mkdtempSync(join(tmpdir(), 'patchbay-cli-export-'))
  expect((await json('map', 'export', '--to', to)).files).toHaveLength(2)
  expect(readFileSync(join(to, 'outbox/person.out.jsonata'), 'utf8')).toBe('{"id": $id, "name": givenName}')
  expect(JSON.parse(readFileSync(join(to, 'outbox/person.cases.json'), 'utf8'))).toEqual({ out })
})
