import type { RouteConfig } from '#config/config.ts'
import { compileMapping } from '#mapping/mapping.ts'
import type { Mapping } from '#mapping/mapping.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { sameJson } from '#rules/comparators.ts'
import { tableOf } from './crosswalk.ts'
import type { Crosswalk } from './crosswalk.ts'
import type { DemoGolden } from './hub.ts'
import type { Sandbox } from './sandboxes/sandbox.ts'
import { textOf } from './sandboxes/vendor-server.ts'
import { PERSONS } from './story/fields.ts'

export interface Difference {
  goldenId: string
  entity: string
  place: string
  /** `record` when the whole remote record is missing or stray. */
  field: string
  expected: Json | undefined
  found: Json | undefined
}

export interface Comparison {
  goldenRecords: number
  remoteRecords: number
  fields: number
  /** Records that people deleted and nobody brought back. */
  stayedDeleted: number
  differences: Difference[]
}

export interface ComparisonInput {
  goldenRecords: readonly DemoGolden[]
  routes: readonly RouteConfig[]
  sandboxes: readonly Sandbox[]
  /** The source of a mapping by name, such as `demo-crm/contact.out`. */
  mappingSource: (name: string) => string
  /** Records that people deleted, as `system goldenId`: they must not be there again. */
  deleted?: ReadonlySet<string>
  /** Golden records that came together by a merge in the CRM, and when: other systems keep a record of each. */
  mergedAtMs?: ReadonlyMap<string, number>
  crosswalk: Crosswalk
}

/** People write their numbers without it at home. */
const HOME_COUNTRY = '+86'

/**
 * Compares every golden record with every system that must hold it: the outbound mapping says what that is, and the
 * sandbox what its vendor makes of the values. Nothing is taken from the hub's deliveries: what they claim is what is checked.
 */
export function compare(input: ComparisonInput): Comparison {
  const golden = new Map(input.goldenRecords.map(record => [record.id, record]))
  const result: Comparison = {
    goldenRecords: golden.size,
    remoteRecords: 0,
    fields: 0,
    stayedDeleted: 0,
    differences: [],
  }
  for (const route of input.routes) {
    const sandbox = input.sandboxes.find(({ name }) => name === route.system)
    if (!sandbox) continue
    const mapping = compileMapping(route.mapping, input.mappingSource(route.mapping), { kind: 'outbound' })
    const condition =
      route.when === undefined ? undefined : compileMapping(route.name, route.when, { kind: 'condition' })
    for (const record of input.goldenRecords) {
      if (record.entity !== route.entity) continue
      if (condition && !isTrue(condition, record)) continue
      if (input.deleted?.has(`${route.system} ${record.id}`) === true)
        checkDeleted(record, route, sandbox, input, result)
      else compareRecord(record, route, sandbox, documentOf(mapping, record, route, golden), result)
    }
  }
  for (const sandbox of input.sandboxes) findStrays(sandbox, input, result)
  return result
}

function isTrue(condition: Mapping, { fields, updatedAtMs }: DemoGolden): boolean {
  const verdict = condition.run(fields, { nowMs: updatedAtMs })
  return verdict.ok && verdict.value === true
}

function documentOf(
  mapping: Mapping,
  record: DemoGolden,
  route: RouteConfig,
  golden: ReadonlyMap<string, DemoGolden>,
): JsonObject {
  const links = Object.entries(record.links).flatMap(([field, id]): [string, JsonObject][] => {
    const target = golden.get(id)
    const remoteId = target && remoteIdIn(target, route.system)
    return target ? [[field, { id, fields: target.fields, ...(remoteId === undefined ? {} : { remoteId }) }]] : []
  })
  const result = mapping.run(record.fields, {
    nowMs: record.updatedAtMs,
    variables: {
      id: record.id,
      entity: record.entity,
      version: record.version,
      remoteId: record.remotes[`${route.system}/${route.object}`],
      system: route.system,
      object: route.object,
      links: Object.fromEntries(links),
    },
  })
  if (!result.ok) throw new Error(`${mapping.name} fails for golden record ${record.id}: ${result.message}`)
  const value = result.value as Json | undefined
  return isJsonObject(value) ? value : {}
}

function remoteIdIn({ remotes }: DemoGolden, system: string): string | undefined {
  return Object.entries(remotes).find(([place]) => place.startsWith(`${system}/`))?.[1]
}

function compareRecord(
  record: DemoGolden,
  route: RouteConfig,
  sandbox: Sandbox,
  document: JsonObject,
  result: Comparison,
): void {
  const place = `${route.system}/${route.object}`
  const table = tableOf(route.system, route.object)
  const remoteId = record.remotes[place]
  const row = remoteId === undefined ? undefined : sandbox.record(table, remoteId)
  const about = { goldenId: record.id, entity: record.entity, place }
  result.remoteRecords++
  if (!row) {
    result.differences.push({ ...about, field: 'record', expected: document, found: remoteId ?? 'never written' })
    return
  }
  const wanted = sandbox.normalise(table, document)
  for (const [field, expected] of Object.entries(wanted)) {
    result.fields++
    const found = row.fields[field]
    // The hub's id stands in the records that it made; those that were there are known by their own.
    if (field === PERSONS[sandbox.name].externalId && found === undefined) continue
    if (!sameJson(plain(expected), plain(found))) result.differences.push({ ...about, field, expected, found })
  }
}

/** Vendors write "empty" as null, false or not at all, and a number as they like: what means the same is the same. */
function plain(value: Json | undefined): Json | undefined {
  if (value === false || value === '') return undefined
  if (typeof value !== 'string' || !/^\+?[\d ]{8,20}$/.test(value)) return value
  const digits = value.replaceAll(' ', '')
  return digits.startsWith('+') ? digits : `${HOME_COUNTRY}${digits}`
}

function checkDeleted(
  record: DemoGolden,
  route: RouteConfig,
  sandbox: Sandbox,
  { crosswalk }: ComparisonInput,
  result: Comparison,
): void {
  const place = `${route.system}/${route.object}`
  const table = tableOf(route.system, route.object)
  const rows = sandbox.records()[table] ?? []
  const found = rows.find(
    row =>
      row.fields[PERSONS[sandbox.name].externalId] === record.id ||
      crosswalk.of(route.system, table, row.id)?.goldenId === record.id,
  )
  if (found === undefined) result.stayedDeleted++
  else {
    const about = { goldenId: record.id, entity: record.entity, place, field: 'record' }
    result.differences.push({ ...about, expected: 'deleted by a person', found: found.id })
  }
}

/**
 * Records that the hub writes to or made, but that belong to no golden record, or are a second one for it: there must be
 * none, save those that were there, outside the CRM, when the CRM merged two customers into one.
 */
function findStrays(
  sandbox: Sandbox,
  { goldenRecords, mergedAtMs, crosswalk }: ComparisonInput,
  result: Comparison,
): void {
  const primary = new Set(
    goldenRecords.flatMap(({ remotes }) =>
      Object.entries(remotes).flatMap(([place, id]) => (place.startsWith(`${sandbox.name}/`) ? [id] : [])),
    ),
  )
  const idField = PERSONS[sandbox.name].externalId
  for (const [table, rows] of Object.entries(sandbox.records())) {
    for (const row of rows) {
      const goldenId = crosswalk.of(sandbox.name, table, row.id)?.goldenId
      if (primary.has(row.id) || (goldenId === undefined && typeof row.fields[idField] !== 'string')) continue
      const mergeMs = mergedAtMs?.get(goldenId ?? '')
      if (mergeMs !== undefined && sandbox.name !== 'crm' && row.createdAtMs <= mergeMs) continue
      const about = { goldenId: goldenId ?? textOf(row.fields[idField]), entity: '', place: `${sandbox.name}/${table}` }
      result.differences.push({ ...about, field: 'record', expected: undefined, found: row.id })
    }
  }
}
