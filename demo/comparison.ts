import type { RouteConfig } from '#config/config.ts'
import { compileMapping } from '#mapping/mapping.ts'
import type { Mapping } from '#mapping/mapping.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { sameJson } from '#rules/comparators.ts'
import type { Crosswalk } from './crosswalk.ts'
import type { DemoGolden } from './hub.ts'
import type { Row } from './vendors/journal.ts'
import type { Vendor } from './vendors/vendor.ts'

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
  /** What was compared, by vendor. */
  vendors: Record<string, { records: number; fields: number }>
  /** Records that people deleted and nobody brought back. */
  stayedDeleted: number
  differences: Difference[]
}

export interface ComparisonInput {
  goldenRecords: readonly DemoGolden[]
  routes: readonly RouteConfig[]
  vendors: readonly Vendor[]
  /** The source of a mapping by name, such as `salesforce/Contact.out`. */
  mappingSource: (name: string) => string
  /** Records that people deleted, as `system goldenId`: they must not be there again. */
  deleted?: ReadonlySet<string>
  /** Golden records that came together by a merge in the CRM, and when: other systems keep a record of each. */
  mergedAtMs?: ReadonlyMap<string, number>
  crosswalk: Crosswalk
}

/** A vendor with its records as they stand in its database now. */
interface Held {
  vendor: Vendor
  rows: Readonly<Record<string, ReadonlyMap<string, Row>>>
}

/** People write their numbers without it at home. */
const HOME_COUNTRY = '+86'

/**
 * Compares every golden record with every system that must hold it: the outbound mapping says what that is, and the
 * vendor what it makes of the values. Nothing is taken from the hub's deliveries: what they claim is what is checked.
 */
export function compare(input: ComparisonInput): Comparison {
  const golden = new Map(input.goldenRecords.map(record => [record.id, record]))
  const held = new Map(input.vendors.map(vendor => [vendor.name as string, heldBy(vendor)]))
  const result: Comparison = { goldenRecords: golden.size, vendors: {}, stayedDeleted: 0, differences: [] }
  for (const { name } of input.vendors) result.vendors[name] = { records: 0, fields: 0 }
  for (const route of input.routes) {
    const there = held.get(route.system)
    if (!there) continue
    const mapping = compileMapping(route.mapping, input.mappingSource(route.mapping), { kind: 'outbound' })
    const condition =
      route.when === undefined ? undefined : compileMapping(route.name, route.when, { kind: 'condition' })
    for (const record of input.goldenRecords) {
      if (record.entity !== route.entity) continue
      if (condition && !isTrue(condition, record)) continue
      if (input.deleted?.has(`${route.system} ${record.id}`) === true) checkDeleted(record, route, there, input, result)
      else compareRecord(record, route, there, documentOf(mapping, record, route, golden), result)
    }
  }
  for (const there of held.values()) findStrays(there, input, result)
  return result
}

function heldBy(vendor: Vendor): Held {
  const byId = (rows: readonly Row[]): ReadonlyMap<string, Row> => new Map(rows.map(row => [row.id, row]))
  return {
    vendor,
    rows: Object.fromEntries(Object.entries(vendor.records()).map(([object, rows]) => [object, byId(rows)])),
  }
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
  { vendor, rows }: Held,
  document: JsonObject,
  result: Comparison,
): void {
  const place = `${route.system}/${route.object}`
  const remoteId = record.remotes[place]
  const row = remoteId === undefined ? undefined : rows[route.object]?.get(remoteId)
  const about = { goldenId: record.id, entity: record.entity, place }
  const counted = result.vendors[vendor.name]
  if (counted) counted.records++
  if (!row) {
    result.differences.push({ ...about, field: 'record', expected: document, found: remoteId ?? 'never written' })
    return
  }
  for (const [field, expected] of Object.entries(vendor.normalise(route.object, document))) {
    if (counted) counted.fields++
    const found = row.fields[field]
    if (!sameJson(plain(expected), plain(found))) result.differences.push({ ...about, field, expected, found })
  }
}

/** Vendors write "empty" as null, false or not at all, and a number as they like: what means the same is the same. */
function plain(value: Json | undefined): Json | undefined {
  if (value === false || value === '' || value === null) return undefined
  if (typeof value !== 'string' || !/^\+?[\d ]{8,20}$/.test(value)) return value
  const digits = value.replaceAll(' ', '')
  return digits.startsWith('+') ? digits : `${HOME_COUNTRY}${digits}`
}

function checkDeleted(
  record: DemoGolden,
  route: RouteConfig,
  { rows }: Held,
  { crosswalk }: ComparisonInput,
  result: Comparison,
): void {
  const isTheirs = ({ id }: Row): boolean => crosswalk.of(route.system, route.object, id)?.goldenId === record.id
  const found = [...(rows[route.object]?.values() ?? [])].find(isTheirs)
  if (found === undefined) {
    result.stayedDeleted++
    return
  }
  const about = {
    goldenId: record.id,
    entity: record.entity,
    place: `${route.system}/${route.object}`,
    field: 'record',
  }
  result.differences.push({ ...about, expected: 'deleted by a person', found: found.id })
}

/**
 * Records that the hub wrote to or made, but that belong to no golden record, or are a second one for it: there must be
 * none, save those that were there, outside the CRM, when the CRM merged two customers into one.
 */
function findStrays(
  { vendor, rows }: Held,
  { goldenRecords, mergedAtMs, crosswalk }: ComparisonInput,
  result: Comparison,
): void {
  const primary = new Set(
    goldenRecords.flatMap(({ remotes }) =>
      Object.entries(remotes).flatMap(([place, id]) => (place.startsWith(`${vendor.name}/`) ? [`${place} ${id}`] : [])),
    ),
  )
  const written = new Set(
    vendor.journal.entries().flatMap(({ object, id, author }) => (author === 'api' ? [`${object} ${id}`] : [])),
  )
  for (const [object, held] of Object.entries(rows)) {
    for (const { id, createdAtMs } of held.values()) {
      const goldenId = crosswalk.of(vendor.name, object, id)?.goldenId
      const place = `${vendor.name}/${object}`
      if (primary.has(`${place} ${id}`) || (goldenId === undefined && !written.has(`${object} ${id}`))) continue
      const mergeMs = mergedAtMs?.get(goldenId ?? '')
      if (mergeMs !== undefined && vendor.name !== 'salesforce' && createdAtMs <= mergeMs) continue
      const about = { goldenId: goldenId ?? 'nobody', entity: '', place, field: 'record' }
      result.differences.push({ ...about, expected: undefined, found: id })
    }
  }
}
