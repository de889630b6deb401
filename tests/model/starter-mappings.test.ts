import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseCases, runCases } from '#mapping/cases.ts'
import { compileMapping } from '#mapping/mapping.ts'
import { isEntity } from '#model/entities.ts'
import { isJsonObject } from '#model/json.ts'
import { validateRecord } from '#model/validate.ts'

const ROOT = join(import.meta.dirname, '../../mappings')
const STARTER = {
  'contact-form': ['submission.in'],
  'site-events': ['company', 'contact', 'interaction', 'invoice', 'opportunity', 'order', 'ticket'].map(
    one => `${one}.in`,
  ),
  outbox: ['account', 'interaction', 'invoice', 'opportunity', 'order', 'person', 'ticket'].map(one => `${one}.out`),
}
const MAPPINGS = Object.entries(STARTER).flatMap(([folder, names]) => names.map(name => [folder, name] as const))

test.each(Object.entries(STARTER))('%s holds these mappings and no other', (folder, names) => {
  const files = readdirSync(join(ROOT, folder)).filter(file => file.endsWith('.jsonata'))
  expect(files.toSorted()).toEqual(names.map(name => `${name}.jsonata`))
})

describe('the cases of the starter', () => {
  test.each(MAPPINGS)('%s/%s', (folder, name) => {
    const cases = casesOf(folder, name)
    const results = runCases(load(folder, name), cases)
    expect(results.length).toBeGreaterThan(0)
    expect(results.filter(result => !result.ok)).toEqual([])
  })

  test.each(MAPPINGS.filter(([, name]) => name.endsWith('.in')))('%s/%s gives valid records', (folder, name) => {
    const records = casesOf(folder, name).flatMap(one => ('expect' in one ? recordsOf(one.expect) : []))
    expect(records.length).toBeGreaterThan(0)
    for (const [entity, fields] of records) {
      expect(isEntity(entity)).toBe(true)
      if (isEntity(entity)) expect(validateRecord(entity, fields)).toEqual({ ok: true })
    }
  })
})

function load(folder: string, name: string) {
  const source = readFileSync(join(ROOT, folder, `${name}.jsonata`), 'utf8')
  return compileMapping(`${folder}/${name}`, source, { kind: name.endsWith('.in') ? 'inbound' : 'outbound' })
}

function casesOf(folder: string, name: string) {
  const [object, side] = name.split('.')
  const file: unknown = JSON.parse(readFileSync(join(ROOT, folder, `${object}.cases.json`), 'utf8'))
  if (!isJsonObject(file)) throw new Error(`${folder}/${object}.cases.json: expected in and out`)
  const parsed = parseCases(JSON.stringify(file[side ?? '']))
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
  return parsed.cases
}

/** The records of an inbound result by entity, without the members that start with @. */
function recordsOf(result: unknown): [string, Record<string, unknown>][] {
  if (!isJsonObject(result)) return []
  return Object.entries(result).flatMap(([entity, value]) =>
    (Array.isArray(value) ? value : [value]).filter(isJsonObject).map((record): [string, Record<string, unknown>] => {
      const fields = Object.entries(record).filter(([key]) => !key.startsWith('@'))
      return [entity, Object.fromEntries(fields)]
    }),
  )
}
