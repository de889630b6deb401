import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { groupsOf, runGroup } from './suite.ts'

/** A few cases of our own in the suite's form, and, where it lies beside the repository, the official suite. */
const own = fileURLToPath(new URL('fixtures', import.meta.url))
const official = fileURLToPath(new URL('../../../../shared/jsonata-suite', import.meta.url))
const isThere = existsSync(official)

describe('our own cases', () => {
  test.each(groupsOf(own))('%s', group => {
    expect(runGroup(own, group).failures).toEqual([])
  })
})

describe.skipIf(!isThere && process.env['CI'] !== 'true')('official suite (beside the repository in ../shared)', () => {
  const groups = isThere ? groupsOf(official) : []
  test('the suite is there', () => {
    expect(groups.length).toBeGreaterThan(90)
  })
  test.each(groups)('%s', group => {
    expect(runGroup(official, group).failures).toEqual([])
  })
  test.each(groups)('%s, by closures alone', group => {
    expect(runGroup(official, group, { isClosuresOnly: true }).failures).toEqual([])
  })
})

test('a wrong result, a missing failure and a wrong failure are found', () => {
  const broken = fileURLToPath(new URL('broken-fixtures', import.meta.url))
  expect(runGroup(broken, 'wrong')).toMatchObject({ passed: 1, failures: { length: 4 } })
})
