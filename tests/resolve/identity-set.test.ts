import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pairQuality, withReviews } from '../../bench/identity/measure.ts'
import { readRecords, readTruth, type SetRecord } from '../../bench/identity/records.ts'
import { createIdentityRun } from '../../bench/identity/run.ts'
import { createTestDatabase, testLog } from '../support/postgres.ts'

// Records made up for these tests, of what makes people and firms hard to tell: nicknames, scripts, changed places, typing errors,
// households, twins, father and son, mailboxes of a function, two firms of one building, branches of one chain.
const FOLDER = join(import.meta.dirname, 'identity-set')

test.each([1, 50])('who is who in a set of hard cases, %i at a time', async batch => {
  const { database } = await createTestDatabase()
  const run = createIdentityRun(database, testLog)
  const records: SetRecord[] = []
  for await (const record of readRecords(FOLDER, undefined)) records.push(record)
  for (let at = 0; at < records.length; at += batch) await run.resolve(records.slice(at, at + batch))
  await run.secondLook()
  const { found, questions } = await run.outcome()
  const truth = await readTruth(FOLDER)
  const ids = records.map(record => record.id)
  const auto = pairQuality(ids, found, truth)
  expect(auto.precision).toBe(1)
  expect(auto.recall).toBeGreaterThanOrEqual(0.92)
  expect(pairQuality(ids, withReviews(found, questions, truth), truth).f1).toBeGreaterThanOrEqual(auto.f1)
})
