import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { readEnvironment } from '#config/environment.ts'
import { demoEnvironment } from '../../demo/environment.ts'
import { startVendors } from '../../demo/vendors/all.ts'
import { until } from '../support/hub.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { freePort, launch, run } from './run.ts'
import type { Running } from './run.ts'

const { url: databaseUrl } = await createTestDatabase()
const folder = mkdtempSync(join(tmpdir(), 'patchbay-json-'))
const dataDir = join(folder, 'data')
const port = await freePort()
const variables = { PATCHBAY_DATA: dataDir, PATCHBAY_PORT: String(port), DATABASE_URL: databaseUrl }

/** Every command that does something, by its words: `systems pause`. A command with an argument of its own does something too. */
function leaves(command: Command, words: readonly string[] = []): [string, Command][] {
  const own: [string, Command][] = command.registeredArguments.length > 0 ? [[words.join(' '), command]] : []
  if (command.commands.length === 0) return [[words.join(' '), command]]
  const below = command.commands.flatMap(child => leaves(child, [...words, child.name()]))
  return [...own, ...below]
}

const environment = readEnvironment({})
if (!environment.ok) throw new Error('no environment')
const commands = leaves(createProgram(environment.environment, () => {}))

interface Seen {
  person: string
  token: string
}

/** The end of each command's line; a new command has to say here how it is run. */
const ENDINGS: Readonly<Record<string, (seen: Seen) => readonly string[]>> = {
  check: () => [],
  status: () => [],
  'alerts list': () => [],
  'alerts silence': () => ['--system', 'outbox', '--for', '2h', '--why', 'maintenance'],
  'alerts silences': () => [],
  'alerts test': () => [],
  events: () => [],
  'deliveries list': () => [],
  'deliveries retry': () => ['--state', 'dead', '--dry-run'],
  'deliveries release': () => ['--state', 'held', '--dry-run'],
  release: () => ['outbox/person'],
  discard: () => ['outbox/person'],
  customer: () => ['ana@example.com'],
  'customer set': ({ person }) => [person, 'jobTitle=CTO'],
  'customer release': ({ person }) => [person],
  'customer reviews': () => [],
  'customer duplicates': () => [],
  'customer explain': ({ person }) => [person],
  'customer statistics': () => [],
  'customer decide-all': () => ['never', '--bits-max', '2', '--dry-run'],
  why: ({ person }) => [person],
  replay: () => ['--state', 'dead', '--dry-run'],
  'systems list': () => [],
  'systems pause': () => ['outbox', '--reason', 'test'],
  'systems resume': () => ['outbox'],
  'systems verify': () => ['contact-form'],
  'systems presets': () => [],
  'map test': () => ['contact-form'],
  'map list': () => [],
  'map draft': () => ['outbox/person.out', 'mappings/outbox/person.out.jsonata'],
  'map publish': () => ['outbox/person.out'],
  'map history': () => [],
  'map diff': () => ['outbox/person.out', '--against', '1'],
  'map rollback': () => ['outbox/person.out', '--to', '1'],
  'map export': () => ['outbox/person', '--to', join(folder, 'exported')],
  'map plan': () => ['outbox/person', '--all', '--draft', 'mappings/outbox/person.out.jsonata'],
  'map apply': () => ['contact-form/submission', '--in', '--draft', 'mappings/contact-form/submission.in.jsonata'],
  'policy show': () => [],
  quality: () => ['--now'],
  'map check': () => ['contact-form'],
  'map format': () => ['contact-form', '--check'],
  'map lineage': () => ['example-crm/contact.in'],
  'map table': () => ['outbox/person.out'],
  'map try': ({ person }) => ['outbox/person.out', '--golden', person],
  import: () => [join(folder, 'people.csv'), '--system', 'site-events', '--object', 'contact', '--id-column', 'id'],
  export: () => ['person'],
  erase: ({ person }) => [person, '--reason', 'case 1'],
  'token list': () => [],
  'token create': () => ['--name', 'one', '--scope', 'read'],
  'token revoke': ({ token }) => [token],
}
const TWO_CUSTOMERS = 'needs several customers; tests/cli/customer-acts.test.ts'
const TROUBLE = 'nothing is wrong with the starter; tests/alerts/watch.test.ts'
const WEIGHTS = 'the starter configuration compares no records by weights; tests/hub/customers/matching-models.test.ts'
const POLICY = 'refused while the file says what is in force; tests/hub/customers/policy.test.ts'
const NOT_RUN: Readonly<Record<string, string>> = {
  'alerts show': TROUBLE,
  'alerts ack': TROUBLE,
  'alerts unsilence': TROUBLE,
  'identity models': WEIGHTS,
  'identity train': WEIGHTS,
  'identity plan': WEIGHTS,
  'identity apply': WEIGHTS,
  'policy plan': POLICY,
  'policy apply': POLICY,
  'customer primary': TWO_CUSTOMERS,
  'customer merge': TWO_CUSTOMERS,
  'customer merge-duplicate': 'needs a system that merges; tests/connectors/merge-duplicates.test.ts',
  'customer unmerge': TWO_CUSTOMERS,
  'customer never': TWO_CUSTOMERS,
  'customer decide': TWO_CUSTOMERS,
  start: 'the hub of this file is started with --json',
  'systems deletes': 'the starter configuration holds none; tests/cli/customer-acts.test.ts',
  link: 'the starter configuration links nothing; tests/cli/link.test.ts has its own',
  demo: 'runs for a minute; tests/demo run it',
  'new-connector': 'writes into the project; tests/connector/scaffold.test.ts',
}

describe('--json', () => {
  let hub: Running
  const seen = { person: '', token: '' }
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await run([...args, '--json'], variables)
    if (code !== 0) throw new Error(`${args.join(' ')}: exit ${code}: ${stderr}`)
    return stdout.trim()
  }

  beforeAll(async () => {
    writeFileSync(join(folder, 'people.csv'), 'id,email\n7,kim@example.com\n')
    hub = launch(['start', '--json'], variables)
    await hub.says('"role":"all"')
    const token = readFileSync(join(dataDir, 'secrets/generated/contact-form-token'), 'utf8').trim()
    await fetch(`http://127.0.0.1:${port}/in/contact-form`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"email":"ana@example.com","full_name":"Ana"}',
    })
    const found = await until(
      () => run(['customer', 'ana@example.com', '--json'], variables),
      ({ code }) => code === 0,
      20_000,
    )
    seen.person = JSON.parse(found.stdout).id
    seen.token = JSON.parse(await json('token', 'create', '--name', 'gone', '--scope', 'read')).id
  })

  afterAll(async () => {
    hub.child.kill('SIGKILL')
    await hub.ended
  })

  it('start prints one JSON value and nothing else', () => {
    expect(JSON.parse(hub.output())).toMatchObject({ url: `http://127.0.0.1:${port}`, role: 'all' })
  })

  it.each(commands)('%s has it in its help, and prints JSON alone', async (name, command) => {
    expect(command.helpInformation()).toContain('--json')
    expect(command.description(), 'says what it does').not.toBe('')
    const ending = ENDINGS[name]
    if (ending === undefined) {
      expect(NOT_RUN[name], `${name}: say in this file how it is run`).toBeDefined()
      return
    }
    const said = await json(...name.split(' '), ...ending(seen))
    // An export is a value per line, whatever its size.
    const values = name === 'export' ? said.split('\n') : [said]
    for (const value of values) expect(typeof JSON.parse(value)).toBe('object')
  })

  it('leaves standard output empty when a command fails', async () => {
    const failed = await run(['systems', 'resume', 'nope', '--json'], variables)
    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('No system is named "nope"') })
    const mixed = await run(['export', 'person', '--format', 'csv', '--json'], variables)
    expect(mixed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('--out') })
  })
})

describe('check', () => {
  const check = async (file: string, more: Readonly<Record<string, string>> = {}) => {
    const own = { PATCHBAY_DATA: mkdtempSync(join(tmpdir(), 'patchbay-check-')), ...more }
    const { code, stdout } = await run(['check', '--config', file, '--json'], own)
    return { code, ...JSON.parse(stdout) }
  }
  const right = { code: 0, ok: true, problems: [], warnings: [], mappings: [] }

  it('finds nothing wrong with the starter', async () => {
    expect(await check('patchbay.yaml')).toMatchObject(right)
  })

  it("finds nothing wrong with the demo's configuration, given its variables, and each missing one once", async () => {
    const vendors = await startVendors({ seed: 1 })
    for (const vendor of Object.values(vendors)) await vendor.stop()
    const given = demoEnvironment(vendors, 2525)
    expect(await check('demo/patchbay.yaml', given)).toMatchObject(right)
    const without = await check('demo/patchbay.yaml')
    expect(without).toMatchObject({ code: 1, ok: false })
    expect(without.problems).toHaveLength(Object.keys(given).length)
  })
})
