import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/postgres.ts'
import { until } from '../support/hub.ts'
import { commandLine, freePort, launch, type Running } from './run.ts'

// The outbox cannot be pulled, so it is reviewed at once: what is known already would be created there.
const { url: databaseUrl, database } = await createTestDatabase()
const folder = mkdtempSync(join(tmpdir(), 'patchbay-link-'))
const configFile = join(folder, 'patchbay.yaml')
const port = await freePort()
const variables = {
  PATCHBAY_CONFIG: configFile,
  PATCHBAY_DATA: join(folder, 'data'),
  PATCHBAY_PORT: String(port),
  DATABASE_URL: databaseUrl,
}
const { pb, json } = commandLine(variables)
let hub: Running

beforeAll(async () => {
  writeFileSync(
    configFile,
    `
hub: { allowPrivateAddresses: true, mappings: ['${join(import.meta.dirname, '../../mappings')}'] }
systems:
  site-events:
    connector: webhook
    settings: { in: { events: { types: { 'contact.*': { object: contact } } } } }
    secrets: { webhookSecret: file:secrets/generated/site-events }
  outbox:
    connector: webhook
    settings: { out: { url: 'http://127.0.0.1:${port}/nowhere', objects: [person] } }
    secrets: { signingSecret: file:secrets/generated/outbox }
    objects: { person: { loadGroup: first } }
routes:
  - { entity: person, system: outbox, object: person }
`,
  )
  hub = launch(['start'], variables)
  await hub.says('Ctrl-C finishes')
  const people = join(folder, 'people.csv')
  writeFileSync(people, 'id;email;first_name\n7;kim@example.com;Kim\n8;lee@example.com;Lee\n')
  await json('import', people, '--system', 'site-events', '--object', 'contact', '--id-column', 'id')
  await until(
    () => json('deliveries', '--system', 'outbox'),
    list => list.length === 2,
    20_000,
  )
})

afterAll(async () => {
  hub.child.kill('SIGKILL')
  await hub.ended
})

describe('patchbay link', () => {
  it('is said by status, systems and why before it is done', async () => {
    expect((await pb('status')).stdout).toMatch(/outbox\/person +new +0 +patchbay link outbox/)
    expect((await pb('systems')).stdout).toContain('person new')
    const [{ goldenId }] = await json('deliveries', '--system', 'outbox')
    const why = await pb('why', goldenId)
    expect(why.stdout).toContain('outbox/person  waiting')
    expect(why.stdout).toContain('do: patchbay link outbox/person')
  })

  it('starts, waits for the load, and shows what would be done', async () => {
    const shown = await until(
      () => json('link', 'outbox/person', '--watch'),
      ([item]) => item.state === 'review' && item.plan.undecided === 0,
      20_000,
    )
    expect(shown[0]).toMatchObject({ system: 'outbox', object: 'person', loadGroup: 'first', error: null })
    expect(shown[0].plan).toMatchObject({ create: 2, change: 0, inSync: 0, remoteRecords: 0 })
    const people = (await pb('link', 'outbox')).stdout
    expect(people).toMatch(/outbox\/person +first +review/)
    expect(people).toMatch(/create +2/)
    expect(people).toContain('patchbay link outbox --apply')
  })

  it('makes live what a person applies, and notes who did', async () => {
    expect((await pb('link', 'outbox', '--apply')).stdout).toContain('Give --yes')
    expect((await json('link', 'outbox'))[0].state).toBe('review')
    const done = await pb('link', 'outbox', '--apply', '--yes')
    expect(done.stdout).toContain('outbox/person is live')
    const [item] = await json('link', 'outbox')
    expect(item).toMatchObject({ state: 'live', plan: null })
    expect(item.linkedBy).not.toBeNull()
    const rows = await database.kysely
      .selectFrom('audit')
      .select(['action', 'target', 'detail'])
      .orderBy('id')
      .execute()
    expect(rows.filter(row => row.action.startsWith('link.'))).toEqual([
      { action: 'link.start', target: 'outbox', detail: { objects: ['outbox/person'] } },
      { action: 'link.apply', target: 'outbox', detail: { objects: ['outbox/person'] } },
    ])
    // They are let go: where they end is another matter, since nobody listens there.
    await until(
      () => json('deliveries', '--system', 'outbox'),
      list => list.every((row: { state: string }) => row.state !== 'waiting'),
      20_000,
    )
  })

  it('says why there is nothing to do', async () => {
    expect(await pb('link', 'outbox', '--apply', '--yes')).toMatchObject({
      code: 1,
      stderr: 'patchbay: nothing of outbox is in review: person is live\n',
    })
    expect((await pb('link', 'site-events')).stderr).toContain('it is live without a first link')
    expect((await pb('link', 'nobody')).stderr).toContain('No system is named "nobody"')
  })
})
