import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#model/json.ts'
import { unmerge } from '#resolve/acts/unmerge.ts'
import { foldCounts } from '#resolve/matching/records.ts'
import { createIdentityRun } from '../../bench/identity/run.ts'
import { createTestDatabase, testLog } from '../support/postgres.ts'

const { database } = await createTestDatabase()
const run = createIdentityRun(database, testLog)

async function say(id: string, fields: JsonObject): Promise<void> {
  await run.resolve([{ id, entity: 'person', fields }])
}

async function goldenOf(id: string): Promise<string | undefined> {
  return (await run.outcome()).found.get(id)
}

async function rows<Row>(text: string): Promise<Row[]> {
  return (await sql.raw<Row>(text).execute(database.kysely)).rows
}

const person = (givenName: string, familyName: string, birthDate: string): JsonObject => ({
  givenName,
  familyName,
  birthDate,
})

describe('weak evidence', () => {
  test('links records without a common key, and tells why', async () => {
    await say('a1', person('Anna', 'Kowalczyk', '1990-03-15'))
    await say('a2', person('Ana', 'Kowalczyk', '1990-03-15'))
    expect(await goldenOf('a2')).toBe(await goldenOf('a1'))
    const [decision] = await rows<{ verdict: string; bits: number; evidence: JsonObject }>(
      `select verdict, bits, evidence from match_decision where remote_id = 'a2'`,
    )
    expect(decision).toMatchObject({ verdict: 'linked', evidence: { model: 'built-in' } })
    expect(decision?.bits).toBeGreaterThan(3)
    const given = { comparison: 'given', level: 'similar', left: 'ana', right: 'anna', bits: expect.any(Number) }
    expect(decision?.evidence['findings']).toContainEqual(given)
  })

  test('does not doubt a strong key because two records say little besides it; what speaks against it does', async () => {
    await say('k1', { email: 'k@example.com' })
    await say('k2', { email: 'k@example.com', jobTitle: 'Buyer' })
    await say('k3', { email: 'k@example.com', jobTitle: 'Clerk' })
    const home = await goldenOf('k1')
    expect([await goldenOf('k2'), await goldenOf('k3')]).toEqual([home, home])
    await run.resolve(
      ['Buyer', 'Clerk'].map((jobTitle, n) => ({
        id: `title${n}`,
        entity: 'person' as const,
        fields: { email: 'batch@example.com', jobTitle },
      })),
    )
    expect(await goldenOf('title1')).toBe(await goldenOf('title0'))
    await say('other1', { email: 'shared@example.com', ...person('Ottilie', 'Winterbourne', '1950-01-30') })
    await say('other2', { email: 'shared@example.com', ...person('Gerald', 'Ashdown', '1983-09-11') })
    expect(await goldenOf('other2')).not.toBe(await goldenOf('other1'))
  })

  test('what it linked is taken out again by undoing the merge, and stays out', async () => {
    await say('u1', person('Ulrike', 'Brandstetter', '1971-05-02'))
    await say('u2', person('Ulrike', 'Brandstatter', '1971-05-02'))
    const together = await goldenOf('u1')
    expect(await goldenOf('u2')).toBe(together)
    const [merge] = await rows<{ id: string; loser_id: string }>(
      `select id, loser_id from merge_log where winner_id = '${together}' and cause = 'match'`,
    )
    expect(await unmerge(run.acts, { mergeId: merge?.id ?? '', by: 'ann' })).toMatchObject({ ok: true })
    expect(await goldenOf('u2')).toBe(merge?.loser_id)
    await say('u3', person('Ulrike', 'Brandstetter', '1971-05-02'))
    expect(await goldenOf('u1')).toBe(together)
    expect(await goldenOf('u2')).toBe(merge?.loser_id)
    const [golden] = await rows<{ fields: JsonObject }>(
      `select fields from golden_record where id = '${merge?.loser_id}'`,
    )
    expect(golden?.fields).toMatchObject({ familyName: 'Brandstatter' })
  })

  test('a family mailbox makes no one person of two: a person is asked', async () => {
    const email = 'familie.oberhuber@mail.example'
    await say('f1', { ...person('Josef', 'Oberhuber', '1950-01-30'), email })
    await say('f2', { ...person('Theresia', 'Oberhuber', '1983-09-11'), email })
    const [father, daughter] = [await goldenOf('f1'), await goldenOf('f2')]
    expect(daughter).not.toBe(father)
    expect(
      await rows(`select kind from review where left_id in ('${father}', '${daughter}') and kind = 'doubted_key'`),
    ).toHaveLength(1)
  })

  test('finds those of one batch, and by the second look those of two batches at once', async () => {
    const pair = [person('Wilhelmina', 'Featherstone', '1966-06-06'), person('Wilhelmina', 'Fetherstone', '1966-06-06')]
    await run.resolve(pair.map((fields, n) => ({ id: `b${n}`, entity: 'person', fields })))
    expect(await goldenOf('b1')).toBe(await goldenOf('b0'))
    // As two batches would leave it that do not see each other: stored, and each a customer of its own.
    await say('s1', person('Ebenezer', 'Thistlewood', '1959-12-24'))
    await rows(
      `update match_key set key = key + 1 where record_id = (select id from match_record where remote_id = 's1') returning key`,
    )
    await say('s2', person('Ebenezer', 'Thistlewod', '1959-12-24'))
    await rows(
      `update match_key set key = key - 1 where record_id = (select id from match_record where remote_id = 's1') returning key`,
    )
    expect(await goldenOf('s2')).not.toBe(await goldenOf('s1'))
    await run.secondLook()
    expect(await goldenOf('s2')).toBe(await goldenOf('s1'))
  })

  test.each([
    ['the son is known first', ['silent', 'son', 'again', 'father']],
    ['the father is known first', ['father', 'again', 'son', 'silent']],
    ['both are known', ['father', 'son', 'silent', 'again']],
  ])('who may be father or son is neither, and those who may are one: %s', async (name, order) => {
    const address = { streetAddress: `${name.length} Linden Row`, postalCode: '60527' }
    const said = { givenName: 'Jonah', familyName: 'Abernathy', address }
    const births: Record<string, string> = { father: '1970-10-10', son: '1990-03-15' }
    for (const id of order)
      await say(`${name} ${id}`, births[id] === undefined ? said : { ...said, birthDate: births[id] })
    await run.secondLook()
    const [father, son, silent, again] = await Promise.all(
      ['father', 'son', 'silent', 'again'].map(id => goldenOf(`${name} ${id}`)),
    )
    expect(new Set([father, son, silent]).size).toBe(3)
    expect(again).toBe(silent)
    const asked = await rows<{ pair: string[] }>(
      `select array[left_id, right_id]::text[] as pair from review where state = 'open'`,
    )
    for (const one of [father, son])
      expect(asked.some(({ pair }) => pair.includes(one ?? '') && pair.includes(silent ?? ''))).toBe(true)
  })

  test('counts stay right when they are folded, and nothing is left of a record that is erased', async () => {
    const total = async () =>
      await rows(`select value, sum(n) as n from match_count group by value having sum(n) <> 0 order by value`)
    const before = await total()
    await database.transaction(foldCounts)
    expect(await total()).toEqual(before)
    expect(await rows(`select value from match_count group by value having count(*) > 1`)).toEqual([])
    await rows(`delete from source_record where remote_id = 'a2' returning remote_id`)
    expect(await rows(`select id from match_record where remote_id = 'a2'`)).toEqual([])
    expect(await rows(`select id from match_decision where remote_id = 'a2'`)).toEqual([])
    expect(
      await rows(`select key from match_key k where not exists (select from match_record m where m.id = k.record_id)`),
    ).toEqual([])
  })
})
