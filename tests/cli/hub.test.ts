import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/postgres.ts'
import { until } from '../support/hub.ts'
import { commandLine, freePort, launch, run } from './run.ts'
import type { Running } from './run.ts'

// The starter configuration, the real command line and a real hub: what a newcomer does in the first five minutes.
const { url: databaseUrl } = await createTestDatabase()
const dataDir = join(mkdtempSync(join(tmpdir(), 'patchbay-cli-')), 'data')
const port = await freePort()
const variables = { PATCHBAY_DATA: dataDir, PATCHBAY_PORT: String(port), DATABASE_URL: databaseUrl }
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

describe('the first start', () => {
  it('says where everything is, shows the admin token once and keeps its secrets to its user', () => {
    const said = hub.output()
    expect(said).toContain(`http://127.0.0.1:${port}/forms/contact-form`)
    expect(said).toMatch(/Admin token +pb_[\w-]{43} /)
    for (const file of ['cli.json', 'hub.key', 'secrets/generated/site-events']) {
      expect(statSync(join(dataDir, file)).mode & 0o777, file).toBe(0o600)
    }
  })

  it('prints a curl line that works, and the customer arrives in the other system', async () => {
    const line = /curl .*\/in\/contact-form.*/.exec(hub.output())?.[0] ?? ''
    const [, url = '', file = '', body = ''] = /curl (\S+) .*\$\(cat ([^)]+)\).* -d '(.*)'$/.exec(line) ?? []
    const reply = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${readFileSync(file, 'utf8').trim()}`, 'content-type': 'application/json' },
      body,
    })
    expect(reply.status).toBeLessThan(300)
    const received = await until(
      () => json('events', '--system', 'received', '--type', 'person.upserted'),
      events => events.length === 1,
      20_000,
    )
    expect(received[0]).toMatchObject({ state: 'ignored', reason: 'mapping_empty' })
  })
})

describe('the command line', () => {
  it('shows a customer with where each value comes from and where it went', async () => {
    const shown = await pb('customer', 'ana@example.com')
    expect(shown.stdout).toMatch(/email +ana@example\.com +contact-form/)
    expect(shown.stdout).toMatch(/outbox\/person +synced/)
    expect(shown.stdout).not.toContain('\u001B')
    const { id } = await json('customer', 'ana@example.com')
    expect((await pb('why', id)).stdout).toContain('outbox/person  synced')
  })

  it('has JSON and a table for every list', async () => {
    for (const command of [
      ['status'],
      ['events'],
      ['deliveries'],
      ['systems'],
      ['token'],
      ['map', 'list'],
      ['check'],
    ]) {
      const [people, programs] = await Promise.all([pb(...command), pb(...command, '--json')])
      expect(people.code, command.join(' ')).toBe(0)
      expect(JSON.parse(programs.stdout), command.join(' ')).toBeDefined()
    }
  })

  it('replays after a look, and not without a yes', async () => {
    const [event] = await json('events', '--system', 'contact-form')
    const looked = await pb('replay', '--system', 'contact-form')
    expect(looked.stdout).toContain(event.id)
    expect(looked.stdout).toContain('Give --yes')
    expect(await json('replay', '--system', 'contact-form', '--yes')).toMatchObject({ dryRun: false, count: 1 })
    const [again] = await until(
      () => json('events', '--system', 'contact-form'),
      ([first]) => first.run === 1 && first.state === 'processed',
      20_000,
    )
    expect(again.id).toBe(event.id)
  })

  it('pauses and resumes a system', async () => {
    expect(await json('systems', 'pause', 'outbox', '--reason', 'test')).toMatchObject({
      state: 'paused',
      reason: 'test',
    })
    expect(await json('systems', 'resume', 'outbox')).toMatchObject({ state: 'active' })
    const missing = await pb('systems', 'resume', 'nope')
    expect(missing).toMatchObject({ code: 1, stderr: 'patchbay: No system is named "nope". (not_found)\n' })
  })

  it('imports a CSV file, and writes the refused rows with their reasons', async () => {
    const file = join(dataDir, 'people.csv')
    writeFileSync(
      file,
      'id;email;first_name;score\n7;kim@example.com;Kim\n8;lee@example.com;Lee;much\n;nobody@example.com;No;1\n',
    )
    const done = await pb('import', file, '--system', 'site-events', '--object', 'contact', '--id-column', 'id')
    expect(done.stdout).toContain('3 rows: 1 taken, 2 refused.')
    expect(done.code).toBe(2)
    const report = readFileSync(`${file}.refused.csv`, 'utf8')
    expect(report).toContain('3,')
    expect(report).toContain('lee@example.com')
    expect(report).toContain('4,"column ""id"" is empty"')
    await until(
      async () => (await pb('customer', 'kim@example.com')).code,
      code => code === 0,
      20_000,
    )
    const lines = (await pb('export', 'person')).stdout.trim().split('\n')
    expect(new Set(lines.map(line => JSON.parse(line).fields.email))).toEqual(
      new Set(['ana@example.com', 'kim@example.com']),
    )
    expect((await pb('export', 'person', '--format', 'csv')).stdout).toMatch(/^id,givenName,/)
  })

  it('erases a person after a look', async () => {
    const { id } = await json('customer', 'kim@example.com')
    expect((await pb('erase', id, '--reason', 'case 1')).stdout).toContain('Give --yes')
    expect(await json('erase', id, '--reason', 'case 1', '--yes')).toMatchObject({ dryRun: false })
    expect((await pb('customer', 'kim@example.com')).code).toBe(1)
  })

  it('makes and revokes tokens', async () => {
    const made = await json('token', 'create', '--name', 'dashboards', '--scope', 'read-masked')
    const masked = await pb('customer', 'ana@example.com', '--token', made.value)
    expect(masked.stdout).toContain('a***@***.com')
    await json('token', 'revoke', made.id)
    expect((await pb('events', '--token', made.value)).stderr).toContain('token_invalid')
  })

  it('tells a wrong command from a right one', async () => {
    expect((await pb('evnts')).stderr).toContain('Did you mean events?')
    expect((await pb('--help')).code).toBe(0)
  })
})

describe('starting', () => {
  it('a second hub on the same port says so in one line', async () => {
    const other = { ...variables, PATCHBAY_DATA: join(dataDir, 'other') }
    const second = await run(['start'], other)
    expect(second.code).toBe(1)
    expect(second.stderr).toMatch(/^patchbay: Port \d+ on 127\.0\.0\.1 is taken by another program\..*\n$/)
  })

  it('a configuration with mistakes names all of them', async () => {
    const file = join(dataDir, 'bad.yaml')
    writeFileSync(file, 'hub: { prot: 1 }\nroutes: 7\n')
    const bad = await run(['start', '--config', file], variables)
    expect(bad.code).toBe(1)
    expect(bad.stderr).toContain('the configuration has 2 mistakes')
    expect(bad.stderr).toContain(`${file}:1:8: hub.prot: unknown key "prot" in hub; did you mean "port"?`)
  })

  it('a data folder that cannot be made says which', async () => {
    const file = join(dataDir, 'a-file')
    writeFileSync(file, '')
    const failed = await run(['start'], { ...variables, PATCHBAY_DATA: join(file, 'data') })
    expect(failed.code).toBe(1)
    expect(failed.stderr).toContain(join(file, 'data'))
    expect(failed.stderr.trim().split('\n')).toHaveLength(1)
  })

  it('a database that is not there, a wrong variable and a role without a database are explained', async () => {
    const unreachable = await run(['start'], {
      ...variables,
      DATABASE_URL: `postgres://x:geheim@127.0.0.1:${await freePort()}/x`,
    })
    expect(unreachable).toMatchObject({ code: 1, stderr: expect.stringContaining('DATABASE_URL cannot be reached') })
    expect(unreachable.stderr).not.toContain('geheim')
    expect((await run(['start'], { PATCHBAY_PORT: 'x' })).stderr).toContain('PATCHBAY_PORT: expected a port')
    expect((await run(['start', '--role', 'worker'], { PATCHBAY_DATA: dataDir })).stderr).toContain('set DATABASE_URL')
  })

  it('a command without a hub says how to start one', async () => {
    const nowhere = mkdtempSync(join(tmpdir(), 'patchbay-cli-'))
    expect((await run(['events'], { PATCHBAY_DATA: nowhere })).stderr).toContain('no hub has run with the data folder')
  })
})

describe('stopping', () => {
  it('Ctrl-C finishes and ends with 0; started again the hub has its data and shows no token', async () => {
    hub.child.kill('SIGINT')
    expect(await hub.ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Everything acknowledged is kept'),
    })
    expect((await pb('events')).stderr).toContain('no hub answers')
    hub = launch(['start'], variables)
    await hub.says('Ctrl-C finishes')
    expect(hub.output()).not.toContain('Admin token')
    expect((await pb('customer', 'ana@example.com')).code).toBe(0)
    expect(existsSync(join(dataDir, 'cli.json'))).toBe(true)
  })
})
