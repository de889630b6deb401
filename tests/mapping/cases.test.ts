import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseCases, runCase, runCases } from '#mapping/cases.ts'
import { compileMapping } from '#mapping/mapping.ts'

const mapping = compileMapping(
  'test/contact.in',
  `test = true ? $nothing : id = null or $not($exists(id)) ? $error("no id") : {"id": id, "at": $now(), "by": $system, "owner": $table("owners", region), "crm": $xref("crm", "contact", id)}`,
)

describe('cases files are checked as a whole', () => {
  test('all problems are told, each with its case', () => {
    const text = JSON.stringify([{ name: 'a', input: 1 }, { input: 1, expect: 1 }, { name: 'c', expect: 1 }, 5])
    const parsed = parseCases(text)
    expect(parsed.ok ? [] : parsed.problems).toEqual([
      'case 1: expected exactly one of expect (a value), error (a code) and nothing (true)',
      'case 2: name is missing: say in a few words what the case shows',
      'case 3: input is missing',
      'case 4: expected an object with name, input and expect',
    ])
  })
  test.each([
    ['{', 'not JSON'],
    ['{}', 'expected an array'],
    ['[{"name":"a","input":1,"expect":1,"error":"D1"}]', 'exactly one'],
    ['[{"name":"a","input":1,"nothing":false}]', 'nothing must be true'],
    ['[{"name":"a","input":1,"expect":1,"envi":{}}]', 'envi is unknown'],
    ['[{"name":"a","input":1,"expect":1,"env":{"now":"noon"}}]', 'env.now'],
  ])('%s', (text, problem) => {
    const parsed = parseCases(text)
    expect(parsed.ok ? '' : parsed.problems[0]).toContain(problem)
  })
  test('the example of docs/mapping.md is one', () => {
    const page = readFileSync(new URL('../../docs/mapping.md', import.meta.url), 'utf8')
    const example = /## Cases[\s\S]*?```json\n([^`]*)```/.exec(page)?.[1] ?? ''
    expect(parseCases(example)).toMatchObject({ ok: true })
  })
})

describe('a case', () => {
  const env = {
    now: '2026-11-21T10:00:00Z',
    variables: { system: 'web' },
    table: { owners: { north: 'u1' } },
    xref: { 'crm/contact/7': 'c7' },
  }
  const expected = { id: 7, at: '2026-11-21T10:00:00.000Z', by: 'web', owner: 'u1', crm: 'c7' }

  test('passes when the value is as expected, in any order of members', () => {
    const reversed = Object.fromEntries(Object.entries(expected).reverse())
    expect(runCase(mapping, { name: 'x', input: { id: 7, region: 'north' }, env, expect: reversed })).toEqual({
      name: 'x',
      ok: true,
    })
  })
  test('names every place that differs', () => {
    const result = runCase(mapping, {
      name: 'x',
      input: { id: 7, region: 'north' },
      env,
      expect: { ...expected, owner: 'u2', more: [1] },
    })
    expect(result).toEqual({
      name: 'x',
      ok: false,
      reason: 'differs',
      differences: [
        { path: '$.owner', expected: 'u2', actual: 'u1' },
        { path: '$.more', expected: [1], actual: undefined },
      ],
    })
  })
  test('may expect a failure or nothing, and fails where it does not come', () => {
    const results = runCases(mapping, [
      { name: 'failure', input: {}, error: 'D3137' },
      { name: 'other failure', input: {}, error: 'T2001' },
      { name: 'no failure', input: { id: 1 }, error: 'D3137' },
      { name: 'nothing', input: { test: true }, nothing: true },
      { name: 'something', input: { id: 1 }, nothing: true },
      { name: 'unexpected failure', input: {}, expect: {} },
    ])
    expect(results.map(result => (result.ok ? 'ok' : result.reason))).toEqual([
      'ok',
      'failed',
      'no_failure',
      'ok',
      'differs',
      'failed',
    ])
  })
})
