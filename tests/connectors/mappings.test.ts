import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { loadConnectors } from '#connector/registry.ts'
import { loadTables } from '#mapping/files.ts'
import { parseCases, runCase } from '#mapping/cases.ts'
import { compileMapping } from '#mapping/mapping.ts'
import { isEntity } from '#model/entities.ts'
import { isJsonObject } from '#model/json.ts'
import { validateRecord } from '#model/validate.ts'

const ROOT = new URL('../../mappings/', import.meta.url)
/** The folders of the demo's systems, of the examples and of the vendors that have a connector. */
const CONNECTORS = readdirSync(new URL('../../connectors/', import.meta.url))
const MAPPINGS = readdirSync(ROOT)
  .filter(folder => /^(?:demo|example)-/.test(folder) || CONNECTORS.includes(folder))
  .flatMap(folder => readdirSync(new URL(folder, ROOT)).map(file => `${folder}/${file}`))
  .filter(file => file.endsWith('.jsonata'))
  .map(file => file.replace('.jsonata', ''))

test('every object of a vendor has a mapping', async () => {
  const connectors = await loadConnectors(fileURLToPath(new URL('../../connectors/', import.meta.url)))
  const objects = [...connectors].flatMap(([name, { manifest }]) =>
    typeof manifest.objects === 'function' ? [] : manifest.objects.map(object => `${name}/${object}`),
  )
  expect(objects.length).toBeGreaterThan(10)
  for (const object of objects)
    expect(
      [`${object}.in`, `${object}.out`].some(one => MAPPINGS.includes(one)),
      object,
    ).toBe(true)
})

const { tables } = await loadTables([fileURLToPath(ROOT)])
const read = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8')

function casesOf(mapping: string) {
  const [, object = '', direction = ''] = /^(.*)\.(in|out)$/.exec(mapping) ?? []
  const file: unknown = JSON.parse(read(`${object}.cases.json`))
  const parsed = parseCases(JSON.stringify(isJsonObject(file) ? file[direction] : undefined))
  if (!parsed.ok) throw new Error(`${object}.cases.json: ${parsed.problems.join('; ')}`)
  return { cases: parsed.cases, isInbound: direction === 'in' }
}

describe.each(MAPPINGS)('%s', mapping => {
  const compiled = compileMapping(mapping, read(`${mapping}.jsonata`), { tables })
  const { cases, isInbound } = casesOf(mapping)

  test.each(cases)('$name', one => {
    expect(runCase(compiled, one)).toEqual({ name: one.name, ok: true })
    if (!isInbound || !('expect' in one) || !isJsonObject(one.expect)) return
    for (const [entity, record] of Object.entries(one.expect)) {
      const fields = isJsonObject(record) ? Object.entries(record).filter(([name]) => !name.startsWith('@')) : []
      expect(isEntity(entity) && validateRecord(entity, Object.fromEntries(fields))).toEqual({ ok: true })
    }
  })

  test('an empty document harms nothing', () => {
    expect(compiled.run({}, { nowMs: 0, variables: { id: 'g', links: {} } }).ok).toBe(true)
  })
})
