import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { type PrimaryCandidate, primaryOf } from '#rules/primary.ts'
import { choosePrimaries } from '#store/customers/primary.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})

const START_MS = Date.parse('2026-11-02T00:00:00Z')

/** Every combination of what decides, for three remote records of one place. */
function* groups(): Generator<PrimaryCandidate[]> {
  const one = [false, true].flatMap(isDead =>
    [false, true].flatMap(isChosen => [false, true].map(isWritten => ({ isDead, isChosen, isWritten }))),
  )
  for (const first of one)
    for (const second of one)
      for (const third of one)
        yield [first, second, third].map((given, index) => ({
          ...given,
          remoteId: `r${index}`,
          // The last two are of one moment.
          linkedAtMs: START_MS + (index === 0 ? 1_000 : 0),
        }))
}

test('the statement chooses as the pure rule does, and answers where it changed', async () => {
  const places = [...groups()].map(candidates => ({ goldenId: randomUUID(), candidates }))
  expect(places.length).toBe(512)
  await db.database.kysely
    .insertInto('remote_record')
    .values(
      places.flatMap(({ goldenId, candidates }) =>
        candidates.map(candidate => ({
          system: 'crm',
          object: 'contact',
          remote_id: `${goldenId} ${candidate.remoteId}`,
          golden_id: goldenId,
          is_primary: false,
          linked_at: new Date(candidate.linkedAtMs),
          sent: candidate.isWritten ? '{}' : null,
          primary_by: candidate.isChosen ? ('person' as const) : null,
          ...(candidate.isDead && (candidate.isChosen ? { alias_of: 'x' } : { tombstone_at: new Date() })),
        })),
      ),
    )
    .execute()
  const ids = places.map(place => place.goldenId)
  await choosePrimaries(db.database.kysely, ids)
  const rows = await db.database.kysely
    .selectFrom('remote_record')
    .select(['golden_id', 'remote_id'])
    .where('is_primary', '=', true)
    .execute()
  const chosen = new Map(rows.map(row => [row.golden_id, row.remote_id.split(' ')[1]]))
  expect(rows).toHaveLength(chosen.size)
  for (const { goldenId, candidates } of places)
    expect(chosen.get(goldenId), JSON.stringify(candidates)).toBe(primaryOf(candidates)?.remoteId)
})
