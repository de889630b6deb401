import { asText } from '#connector/value-path.ts'
import type { Json, JsonObject } from '#model/json.ts'
import type { Org } from './org.ts'
import { parseSoql, sorted, SoqlError, type Query } from './soql.ts'

/** Child relationships: the object of the children, and their field that names the parent. */
const CHILDREN: Readonly<Record<string, { type: string; parent: string }>> = {
  OpportunityContactRoles: { type: 'OpportunityContactRole', parent: 'OpportunityId' },
  OrderItems: { type: 'OrderItem', parent: 'OrderId' },
}
const OWNER: JsonObject = { attributes: { type: 'User' }, Name: 'Ola Nordmann', Email: 'ola@example.com' }

export type QueryAnswer =
  { ok: true; total: number; rows: JsonObject[] } | { ok: false; errorCode: string; message: string }

/** Runs a query; `withDeleted` as `queryAll` does. */
export function runQuery(org: Org, soql: string, withDeleted: boolean, apiPath: string): QueryAnswer {
  let query: Query
  try {
    query = parseSoql(soql)
  } catch (error) {
    if (error instanceof SoqlError) return { ok: false, errorCode: 'MALFORMED_QUERY', message: error.message }
    throw error
  }
  if (!org.has(query.from)) {
    return { ok: false, errorCode: 'INVALID_TYPE', message: `sObject type '${query.from}' is not supported.` }
  }
  const unknown = query.fields.find(field => !field.includes('.') && !org.fieldsOf(query.from).has(field))
  if (unknown !== undefined) {
    const message = `No such column '${unknown}' on entity '${query.from}'.`
    return { ok: false, errorCode: 'INVALID_FIELD', message }
  }
  const found = org
    .all(query.from)
    .filter(record => (withDeleted || record['IsDeleted'] === false) && query.matches(record))
  const rows = sorted(found, query).slice(0, query.limit)
  // A list of ids shows no record.
  if (query.fields.length > 1) for (const record of rows) org.seen(query.from, record)
  return { ok: true, total: rows.length, rows: rows.map(record => shown(org, query, record, apiPath)) }
}

function shown(org: Org, query: Query, record: JsonObject, apiPath: string): JsonObject {
  const url = `${apiPath}/sobjects/${query.from}/${asText(record['Id'])}`
  const row: JsonObject = { attributes: { type: query.from, url } }
  for (const field of query.fields) {
    const [relation = '', member] = field.split('.')
    if (member === undefined) row[field] = record[field] ?? null
    else if (relation === 'Owner') row['Owner'] = OWNER
    else row[relation] = null
  }
  for (const child of query.children) row[child.from] = childRows(org, child, record, apiPath)
  return row
}

/** Children stand in a query result of their own; none is null. */
function childRows(org: Org, child: Query, parent: JsonObject, apiPath: string): Json {
  const relation = CHILDREN[child.from]
  if (relation === undefined) return null
  const own = org.all(relation.type).filter(one => one['IsDeleted'] === false && one[relation.parent] === parent['Id'])
  const records = own.map(one => shown(org, { ...child, from: relation.type }, one, apiPath))
  return records.length === 0 ? null : { totalSize: records.length, done: true, records }
}
