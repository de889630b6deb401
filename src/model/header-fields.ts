import type { ColumnTarget } from './header-names.ts'
import type { Json, JsonObject } from './json.ts'

const PERSONAL = new Set([
  'givenName',
  'familyName',
  'fullName',
  'birthDate',
  'gender',
  'additionalName',
  'extra.birthPlace',
  'externalIds.ssn',
])

/** What tables hold where nothing is known; Null, Nan and Na are names of people. */
const NOTHING = /^(?:n\/a|#n\/a|NA|NULL|null|None|nan|NaN|-+|\?+)$/u

/** A row in canonical form, as far as its columns are known. Undefined for a row that says nothing. */
export function canonicalRow(
  row: Readonly<Record<string, string>>,
  columns: ReadonlyMap<string, ColumnTarget>,
): { entity: 'person' | 'account'; fields: JsonObject } | undefined {
  const cells: [ColumnTarget, string][] = []
  for (const [header, target] of columns) {
    const value = (row[header] ?? '').trim()
    if (value !== '' && !NOTHING.test(value)) cells.push([target, value])
  }
  if (cells.length === 0) return undefined
  const entity = entityOf(cells, columns)
  const fields: Record<string, Json> = {}
  for (const [target, value] of cells) put(fields, entity, target, value)
  const birth = datedFrom(fields['birthDate'])
  if (birth !== undefined) fields['birthDate'] = birth
  return { entity, fields }
}

function entityOf(
  cells: readonly (readonly [ColumnTarget, string])[],
  columns: ReadonlyMap<string, ColumnTarget>,
): 'person' | 'account' {
  const said = cells.find(([target]) => target === 'entity')?.[1].toLowerCase()
  if (said !== undefined && /^(?:person|individual|human|个人)/u.test(said)) return 'person'
  if (said !== undefined && /^(?:org|company|business|account|公司|企业)/u.test(said)) return 'account'
  if (cells.some(([target]) => PERSONAL.has(target))) return 'person'
  if (cells.some(([target]) => target.startsWith('account.'))) return 'account'
  return [...columns.values()].some(target => PERSONAL.has(target)) ? 'person' : 'account'
}

function put(fields: Record<string, Json>, entity: 'person' | 'account', target: ColumnTarget, value: string): void {
  const [head = '', member] = target.split('.')
  if (target === 'entity') return
  if (target === 'name') set(fields, entity === 'person' ? 'fullName' : 'name', value)
  else if (head === 'account' && entity === 'person')
    fields['extra'] = { employer: value, ...objectOf(fields['extra']) }
  else if (head === 'account') set(fields, fields['name'] === undefined ? 'name' : 'legalName', value)
  else if (target === 'fullName') set(fields, entity === 'person' ? 'fullName' : 'name', value)
  else if (head === 'externalIds')
    fields['externalIds'] = [...listOf(fields['externalIds']), { scheme: member ?? '', id: value }]
  else if (head === 'address' && member !== undefined) fields['address'] = withAddress(fields['address'], member, value)
  else if ((target === 'phone' || target === 'email') && fields[head] !== undefined)
    fields[`${head}s`] = [...listOf(fields[`${head}s`]), { [head]: value }]
  else if (member !== undefined) fields[head] = { ...objectOf(fields[head]), [member]: value }
  else set(fields, head, value)
}

function set(fields: Record<string, Json>, name: string, value: string): void {
  fields[name] ??= value
}

/** A date of birth that stands in columns of its own for year, month and day. */
function datedFrom(birth: Json | undefined): string | undefined {
  const part = (name: string): string | undefined => {
    const value = objectOf(birth)[name]
    return typeof value === 'string' ? value : undefined
  }
  const year = part('year')
  if (year === undefined) return undefined
  return [year, part('month') ?? '1', part('day') ?? '1'].map(text => text.padStart(2, '0')).join('-')
}

function withAddress(address: Json | undefined, member: string, value: string): JsonObject {
  const known = objectOf(address)
  const street = known['streetAddress']
  if (member === 'house') return { ...known, streetAddress: typeof street === 'string' ? `${value} ${street}` : value }
  if (member === 'streetAddress' && typeof street === 'string') return { ...known, streetAddress: `${street} ${value}` }
  if (known[member] !== undefined) return known
  return { ...known, [member]: value }
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
