import { asText } from '#connector/value-path.ts'
import type { Json, JsonObject } from '#model/json.ts'

/** A query of the part of SOQL that the sandbox knows. */
export interface Query {
  /** Names of fields, dotted for related records. */
  fields: readonly string[]
  /** Queries of child records, such as `(SELECT Id FROM OrderItems)`. */
  children: readonly Query[]
  from: string
  matches: (record: JsonObject) => boolean
  orderBy: readonly { field: string; descending: boolean }[]
  limit: number
}

export class SoqlError extends Error {}

type Condition = Query['matches']
type Literal = string | number | boolean | null | { moment: number }

const TOKEN =
  /\s*(?:('(?:\\.|[^'\\])*')|(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))|(-?\d+(?:\.\d+)?)|([A-Za-z][\w.]*)|(<=|>=|!=|[(),=<>]))/y

/** Parses `SELECT … FROM … [WHERE …] [ORDER BY …] [LIMIT n]`. Throws `SoqlError`. */
export function parseSoql(text: string): Query {
  const tokens = tokensOf(text)
  let at = 0
  const peek = (ahead = 0) => tokens[at + ahead] ?? ''
  const isWord = (word: string) => peek().toUpperCase() === word
  const take = (): string => {
    at += 1
    return tokens[at - 1] ?? ''
  }
  const expect = (word: string): void => {
    const found = take()
    if (found.toUpperCase() !== word) throw new SoqlError(`unexpected token: '${found}'`)
  }
  const skip = (word: string): boolean => {
    if (!isWord(word)) return false
    at += 1
    return true
  }

  function query(): Query {
    expect('SELECT')
    const fields: string[] = []
    const children: Query[] = []
    do {
      if (skip('(')) {
        children.push(query())
        expect(')')
      } else fields.push(take())
    } while (skip(','))
    expect('FROM')
    const from = take()
    const matches = skip('WHERE') ? either() : () => true
    const orderBy: { field: string; descending: boolean }[] = []
    if (skip('ORDER')) {
      expect('BY')
      do {
        const field = take()
        const descending = skip('DESC')
        skip('ASC')
        orderBy.push({ field, descending })
      } while (skip(','))
    }
    const limit = skip('LIMIT') ? Number(take()) : Number.POSITIVE_INFINITY
    return { fields, children, from, matches, orderBy, limit }
  }

  function either(): Condition {
    const parts = [both()]
    while (skip('OR')) parts.push(both())
    return record => parts.some(part => part(record))
  }

  function both(): Condition {
    const parts = [one()]
    while (skip('AND')) parts.push(one())
    return record => parts.every(part => part(record))
  }

  function one(): Condition {
    if (skip('(')) {
      const inner = either()
      expect(')')
      return inner
    }
    const field = take()
    if (skip('IN')) {
      expect('(')
      const values: Literal[] = []
      do values.push(literal(take()))
      while (skip(','))
      expect(')')
      return record => values.some(value => compare(record, field, value) === 0)
    }
    const operator = take()
    const value = literal(take())
    return record => holds(operator, compare(record, field, value))
  }

  const parsed = query()
  if (at < tokens.length) throw new SoqlError(`unexpected token: '${peek()}'`)
  return parsed
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex
    const found = TOKEN.exec(text)
    if (found === null) throw new SoqlError(`unexpected character at ${from}`)
    tokens.push(found[0].trim())
  }
  return tokens
}

function literal(token: string): Literal {
  if (token.startsWith("'"))
    return token.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
  if (/^\d{4}-\d\d-\d\dT/.test(token)) return { moment: Date.parse(token) }
  if (/^-?\d/.test(token)) return Number(token)
  if (/^(true|false)$/i.test(token)) return token.toLowerCase() === 'true'
  if (/^null$/i.test(token)) return null
  throw new SoqlError(`unexpected token: '${token}'`)
}

function holds(operator: string, order: number | undefined): boolean {
  if (operator === '!=') return order !== 0
  if (order === undefined) return false
  if (operator === '=') return order === 0
  if (operator === '<') return order < 0
  if (operator === '>') return order > 0
  return operator === '<=' ? order <= 0 : order >= 0
}

/** Texts are compared without case, ids (15 or 18 characters) with it, moments as such. */
function compare(record: JsonObject, field: string, wanted: Literal): number | undefined {
  const value = valueOf(record, field)
  if (wanted === null || value === null) return wanted === value ? 0 : undefined
  if (typeof wanted === 'object') return typeof value === 'string' ? Date.parse(value) - wanted.moment : undefined
  if (typeof wanted !== 'string' || typeof value !== 'string') {
    return value === wanted ? 0 : Number(value) - Number(wanted) || undefined
  }
  const isId = field.endsWith('Id')
  const [a, b] = isId ? [value, wanted] : [value.toLowerCase(), wanted.toLowerCase()]
  return a === b || (isId && a.startsWith(b) && b.length === 15) ? 0 : a < b ? -1 : 1
}

function valueOf(record: JsonObject, field: string): Json {
  return record[field] ?? null
}

/** Sorts as `ORDER BY` says. */
export function sorted(records: readonly JsonObject[], { orderBy }: Query): JsonObject[] {
  return [...records].sort((a, b) => {
    for (const { field, descending } of orderBy) {
      const [x, y] = [asText(valueOf(a, field)) ?? '', asText(valueOf(b, field)) ?? '']
      if (x !== y) return (x < y ? -1 : 1) * (descending ? -1 : 1)
    }
    return 0
  })
}
