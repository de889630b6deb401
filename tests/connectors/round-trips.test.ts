import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { envOf, type MappingCase, parseCases } from '#mapping/cases.ts'
import { compileMapping } from '#mapping/mapping.ts'
import { isJsonObject, type JsonObject } from '#model/json.ts'

// A record that is written back as the mappings of its connector read it still says the same: nothing is bent on the way.

const ROOT = join(import.meta.dirname, '../..')
const PAIRS = readdirSync(join(ROOT, 'connectors'))
  .map(connector => join(ROOT, 'mappings', connector))
  .filter(folder => existsSync(folder))
  .flatMap(folder => readdirSync(folder).map(file => join(folder, file)))
  .filter(file => file.endsWith('.in.jsonata') && existsSync(file.replace('.in.', '.out.')))
  .map(file => file.slice(join(ROOT, 'mappings').length + 1, -'.in.jsonata'.length))

test('there are mappings in both directions', () => {
  expect(PAIRS).toContain('mailchimp/member')
})

describe.each(PAIRS)('%s', pair => {
  const inbound = compileMapping(`${pair}.in`, read(`${pair}.in.jsonata`), { kind: 'inbound' })
  const outbound = compileMapping(`${pair}.out`, read(`${pair}.out.jsonata`), { kind: 'outbound' })

  test.each(inboundCases(pair))('$name', ({ input, env }) => {
    const settings = envOf(env)
    const run = (mapping: typeof inbound, given: unknown, links: JsonObject = {}): JsonObject => {
      const known = { id: 'g', remoteId: 'r', links, ...settings.variables }
      const result = mapping.run(given, { ...settings, variables: known })
      if (!result.ok) throw new Error(result.message)
      return recordOf(result.value)
    }
    const before = canonicalOf(run(inbound, input))
    const written = overlay(input, shownAs(pair, run(outbound, before, linksOf(before))))
    expect(canonicalOf(run(inbound, written))).toEqual(before)
  })
})

/** The fields of what an inbound mapping gives; what stands beside them (`@id` and the like) is no part of the record. */
function canonicalOf(result: JsonObject): JsonObject {
  const fields = Object.values(result).map(recordOf)[0] ?? {}
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith('@')))
}

/** Links as the hub resolves them where the other record is in the same system. */
function linksOf(fields: JsonObject): JsonObject {
  const links = Object.entries(fields).flatMap(([field, value]) => {
    const remoteId = recordOf(recordOf(value)['$ref'])['id']
    return remoteId === undefined ? [] : [[field, { id: `g-${field}`, remoteId, fields: {} }]]
  })
  return Object.fromEntries(links) as JsonObject
}

function read(file: string): string {
  return readFileSync(join(ROOT, 'mappings', file), 'utf8')
}

function inboundCases(pair: string): readonly MappingCase[] {
  const file = recordOf(JSON.parse(read(`${pair}.cases.json`)))
  const parsed = parseCases(JSON.stringify(file['in']))
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
  return parsed.cases.filter(one => 'expect' in one)
}

/** A document as the vendor shows it: HubSpot takes properties bare, and gives them below a member. */
function shownAs(pair: string, sent: JsonObject): JsonObject {
  return pair.startsWith('hubspot/') ? { properties: sent } : sent
}

/** The vendor's record after a write: members that were sent stand for what was there. */
function overlay(base: unknown, sent: unknown): unknown {
  if (!isJsonObject(base) || !isJsonObject(sent)) return sent
  const members = Object.entries(sent).map(([name, value]) => [name, overlay(base[name], value)])
  return { ...base, ...Object.fromEntries(members) }
}

function recordOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}
