import type { RouteConfig } from '#config/config.ts'
import { compileMapping } from '#mapping/mapping.ts'
import type { Mapping } from '#mapping/mapping.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { sameJson } from '#rules/comparators.ts'
import type { DemoGolden } from './hub.ts'
import type { Sandbox } from './sandboxes/sandbox.ts'

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
  differences: Difference[]
}

export interface ComparisonInput {
  goldenRecords: readonly DemoGolden[]
  routes: readonly RouteConfig[]
  sandboxes: readonly Sandbox[]
  /** The source of a mapping by name, such as `demo-crm/contact.out`. */
  mappingSource: (name: string) => string
}

/** What a sandbox calls the table behind an object of the hub: the ERP keeps companies and contacts in one. */
const TABLES: Readonly<Record<string, string>> = { 'erp/contact': 'partner', 'erp/company': 'partner' }
/** The hub's own id in each vendor's record. */
const EXTERNAL_ID: Readonly<Record<string, string>> = {
  crm: 'externalId',
  helpdesk: 'external_id',
  erp: 'x_hub_id',
  marketing: 'external_id',
}

/**
 * Compares every golden record with every system that must hold it: the outbound mapping says what that is, and the
 * sandbox what its vendor makes of the values. Nothing is taken from the hub's deliveries: what they claim is what is checked.
 */
export function compare(input: ComparisonInput): Comparison {
  const golden = new Map(input.goldenRecords.map(record => [record.id, record]))
  const result: Comparison = { goldenRecords: golden.size, remoteRecords: 0, fields: 0, differences: [] }
  for (const route of input.routes) {
    const sandbox = input.sandboxes.find(({ name }) => name === route.system)
    if (!sandbox) continue
    const mapping = compileMapping(route.mapping, input.mappingSource(route.mapping), { kind: 'outbound' })
    const condition =
      route.when === undefined ? undefined : compileMapping(route.name, route.when, { kind: 'condition' })
    for (const record of input.goldenRecords) {
      if (record.entity !== route.entity) continue
      if (condition && !isTrue(condition, record)) continue
      compareRecord(record, route, sandbox, documentOf(mapping, record, route, golden), result)
    }
  }
  for (const sandbox of input.sandboxes) findStrays(sandbox, input.goldenRecords, result)
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
  const table = TABLES[place] ?? route.object
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
    if (!sameJson(emptied(expected), emptied(found))) result.differences.push({ ...about, field, expected, found })
  }
}

/** Vendors write "empty" as null, false or not at all. */
function emptied(value: Json | undefined): Json | undefined {
  return value === false || value === '' ? undefined : value
}

/** Records that bear the hub's id but belong to no golden record, or are a second one for it: there must be none. */
function findStrays(sandbox: Sandbox, goldenRecords: readonly DemoGolden[], result: Comparison): void {
  const known = new Set(
    goldenRecords.flatMap(({ remotes }) =>
      Object.entries(remotes).flatMap(([place, id]) => (place.startsWith(`${sandbox.name}/`) ? [id] : [])),
    ),
  )
  const idField = EXTERNAL_ID[sandbox.name] ?? ''
  for (const [table, rows] of Object.entries(sandbox.records())) {
    for (const row of rows) {
      const id = row.fields[idField]
      if (typeof id !== 'string' || known.has(row.id)) continue
      const place = `${sandbox.name}/${table}`
      result.differences.push({ goldenId: id, entity: '', place, field: 'record', expected: undefined, found: row.id })
    }
  }
}
