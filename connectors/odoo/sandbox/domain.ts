import type { Json, JsonObject } from '#model/json.ts'

/** Whether a record fits a search domain: conditions in Polish notation, joined by "and" where nothing is said. */
export function fits(record: JsonObject, domain: readonly Json[]): boolean {
  let at = 0
  const next = (): boolean => {
    const term = domain[at]
    at += 1
    if (term === '!') return !next()
    if (term === '|' || term === '&') {
      const [left, right] = [next(), next()]
      return term === '|' ? left || right : left && right
    }
    if (!Array.isArray(term)) throw new DomainError(`Invalid leaf ${JSON.stringify(term)}`)
    return holds(record, term)
  }
  let all = true
  while (at < domain.length) all = next() && all
  return all
}

export class DomainError extends Error {}

function holds(record: JsonObject, [field, operator, value]: readonly Json[]): boolean {
  const held = typeof field === 'string' ? (record[field] ?? false) : false
  switch (operator) {
    case '=':
      return held === value
    case '!=':
      return held !== value
    case 'in':
      return Array.isArray(value) && value.includes(held)
    case 'not in':
      return Array.isArray(value) && !value.includes(held)
    case '>':
    case '>=':
    case '<':
    case '<=':
      return ordered(operator, held, value ?? false)
    default:
      throw new DomainError(`Invalid operator ${JSON.stringify(operator)}`)
  }
}

/** Times are kept to the microsecond and asked for to the second. */
function ordered(operator: string, held: Json, wanted: Json): boolean {
  if (typeof held !== typeof wanted || held === false) return false
  const order = compare(held, wanted)
  if (operator === '>') return order > 0
  if (operator === '<') return order < 0
  return operator === '>=' ? order >= 0 : order <= 0
}

function compare(a: Json, b: Json): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  return Number(a) - Number(b)
}
