import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../support/hub.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { commandLine, freePort, launch, type Running } from './run.ts'

// Three customers of the starter configuration, and everything that a steward does to them at the command line.
const { url: databaseUrl, database } = await createTestDatabase()
const folder = mkdtempSync(join(tmpdir(), 'patchbay-stewards-'))
const port = await freePort()
const variables = {
  PATCHBAY_DATA: join(folder, 'data'),
  PATCHBAY_PORT: String(port),
  DATABASE_URL: databaseUrl,
}
const { pb, json } = commandLine(variables)
const customer = (name: string) => json('customer', `${name}@example.com`)
let hub: Running

beforeAll(async () => {
  hub = launch(['start'], variables)
  await hub.says('Ctrl-C finishes')
  const people = join(folder, 'people.csv')
  writeFileSync(people, 'id;email;first_name\n1;ann@example.com;Ann\n2;ben@example.com;Ben\n3;cy@example.com;Cy\n')
  await json('import', people, '--system', 'site-events', '--object', 'contact', '--id-column', 'id')
  await until(
    () => json('deliveries', '--system', 'outbox', '--state', 'synced'),
    list => list.length === 3,
    20_000,
  )
})

afterAll(async () => {
  hub.child.kill('SIGKILL')
  await hub.ended
})

describe('customers at the command line', () => {
  it('are merged after a look, and not without a yes; the merge is shown and taken apart', async () => {
    const [ann, ben] = [await customer('ann'), await customer('ben')]
    await json('customer', 'set', ben.id, 'jobTitle=Baker')
    const looked = await pb('customer', 'merge', ann.id, ben.id)
    expect(looked.stdout).toMatch(/jobTitle +-? +Baker +Baker/)
    expect(looked.stdout).toContain('site-events/contact 2')
    expect(looked.stdout).toContain('Give --yes')
    expect((await customer('ben')).id).toBe(ben.id)
    const done = await pb('customer', 'merge', ann.id, ben.id, '--yes')
    expect(done.stdout).toContain('Merged.')
    const merged = await pb('customer', 'ann@example.com')
    expect(merged.stdout).toContain('person:')
    // Which of the two was linked first, and so is primary, is left to the hub's batches.
    expect(merged.stdout).toMatch(/site-events\/contact +[12] +duplicate: not written/)
    const duplicates = await json('customer', 'duplicates', '--system', 'site-events')
    expect(duplicates).toMatchObject([{ goldenId: ann.id, system: 'site-events', object: 'contact' }])
    const [merge] = (await customer('ann')).merges
    expect((await pb('customer', 'unmerge', merge.id)).stdout).toContain('customer of its own again')
    expect((await customer('ben')).id).toBe(ben.id)
    expect(await json('customer', 'duplicates')).toEqual([])
    expect((await pb('customer', 'ann@example.com')).stdout).toContain('never the same')
  })

  it('get values by hand, and give them back', async () => {
    const { id } = await customer('cy')
    await json('customer', 'set', id, 'jobTitle=CTO', 'tags=["vip"]')
    expect((await customer('cy')).fields).toMatchObject({ jobTitle: 'CTO', tags: ['vip'] })
    expect((await pb('customer', 'cy@example.com')).stdout).toMatch(/jobTitle +CTO +by hand: \w+/)
    expect(await pb('customer', 'set', id, 'shoeSize=44')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('unknown field'),
    })
    expect(await json('customer', 'release', id, 'jobTitle')).toEqual({ fields: ['jobTitle'] })
    expect((await customer('cy')).fields).not.toHaveProperty('jobTitle')
  })

  it('are deleted after a comparison of ids only as a person says', async () => {
    const none = await pb('systems', 'deletes', 'site-events/contact')
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('No deletes are held') })
    const held = JSON.stringify({ atMs: Date.now(), known: 3, listed: 0, ids: ['2'] })
    await database.kysely
      .insertInto('system_object')
      .values({ system: 'site-events', object: 'contact', compare_held: held })
      .onConflict(conflict => conflict.columns(['system', 'object']).doUpdateSet({ compare_held: held }))
      .execute()
    await until(
      () => pb('status'),
      ({ stdout }) => /site-events\/contact +1 +3 +0/.test(stdout),
      10_000,
    )
    const shown = await pb('systems', 'deletes', 'site-events/contact')
    expect(shown.stdout).toContain('1 of 3 remote records are not among the 0 ids')
    expect((await pb('systems', 'deletes', 'site-events/contact', '--release')).stdout).toContain('Give --yes')
    expect(await json('systems', 'deletes', 'site-events/contact', '--release', '--yes')).toMatchObject({ deleted: 1 })
    await until(
      () => customer('ben'),
      ben => ben.state === 'withdrawn',
      20_000,
    )
  })

  it('are told apart, and the question about two of them is answered', async () => {
    const [ann, cy] = [await customer('ann'), await customer('cy')]
    await json('customer', 'never', ann.id, cy.id)
    const refused = await pb('customer', 'merge', ann.id, cy.id, '--yes')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('never the same') })
    await json('customer', 'never', ann.id, cy.id, '--lift')
    await database.kysely
      .insertInto('review')
      .values({
        id: ann.id,
        kind: 'conflicting_keys',
        entity: 'person',
        left_id: ann.id,
        right_id: cy.id,
        evidence: '{"kind":"wechatUnionid","left":"a","right":"b"}',
      })
      .execute()
    const [review] = await json('customer', 'reviews')
    expect(review).toMatchObject({ leftId: ann.id, rightId: cy.id, evidence: { wechatUnionid: ['a', 'b'] } })
    expect(await json('customer', 'decide', review.id, 'merge')).toMatchObject({
      done: true,
      mergeId: expect.any(String),
    })
    const winner = await customer('cy')
    expect((await customer('ann')).id).toBe(winner.id)
    const primary = await json('customer', 'primary', winner.id, 'site-events/contact', '3')
    expect(primary).toEqual({ done: true })
    expect((await pb('customer', 'ann@example.com')).stdout).toMatch(/site-events\/contact +3 +primary \(chosen\)/)
    expect(await pb('customer', 'primary', winner.id, 'site-events/contact', '2')).toMatchObject({ code: 1 })
  })
})
