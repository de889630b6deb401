import type { Json } from '#model/json.ts'
import type { Row, Table } from './table.ts'
import { textOf } from './vendor-server.ts'

/** Fields of the ERP whose values belong to one record only. */
export const UNIQUE: readonly string[] = ['x_hub_id', 'email', 'vat']

/** What Odoo answers, with HTTP 200, when it does not do what it was told. */
export class OdooError extends Error {
  readonly code: number
  readonly kind: string
  constructor(kind: string, message: string, code = 200) {
    super(message)
    this.kind = kind
    this.code = code
  }
}

/** `YYYY-MM-DD HH:MM:SS` in UTC, without saying so. */
export function odooTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}

/** The rows that a domain such as `['|', ['x_hub_id', 'in', [...]], ['email', '=', ...]]` names, oldest change first. */
export function search(rows: Table, domain: readonly Json[]): Row[] {
  const terms = domain.filter(term => Array.isArray(term))
  const either = domain.includes('|')
  const since = terms.find(term => term[0] === 'write_date')
  const candidates = since
    ? rows.changedSince(Date.parse(`${textOf(since[2]).replace(' ', 'T')}Z`))
    : indexed(rows, terms)
  return candidates
    .filter(row => (either ? terms.some(term => matches(row, term)) : terms.every(term => matches(row, term))))
    .sort((a, b) => a.updatedAtMs - b.updatedAtMs || Number(a.id) - Number(b.id))
}

/** Rows by the unique fields that the domain names, so that a search does not read the whole table; all rows otherwise. */
function indexed(rows: Table, terms: readonly Json[][]): readonly Row[] {
  const keyed = terms.filter(term => UNIQUE.includes(textOf(term[0])))
  if (keyed.length === 0) return rows.all()
  const values = keyed.flatMap(([field, , value]) =>
    (Array.isArray(value) ? value : [value ?? null]).map(one => rows.findBy(textOf(field), one)),
  )
  return [...new Set(values.flatMap(row => row ?? []))]
}

function matches(row: Row, [field, operator, value]: readonly Json[]): boolean {
  const held: Json =
    field === 'id'
      ? Number(row.id)
      : field === 'write_date'
        ? odooTime(row.updatedAtMs)
        : (row.fields[textOf(field)] ?? false)
  switch (operator) {
    case '=':
      return held === value
    case '=ilike':
      return textOf(held).toLowerCase() === textOf(value).toLowerCase()
    case 'in':
      return Array.isArray(value) && value.some(one => textOf(one).toLowerCase() === textOf(held).toLowerCase())
    case '>=':
      return textOf(held) >= textOf(value)
    default:
      throw new OdooError('builtins.ValueError', `Invalid operator ${textOf(operator)} in domain term`)
  }
}
