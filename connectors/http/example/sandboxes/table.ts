import type { Json, JsonObject } from '#model/json.ts'

/** One remote record of a sandbox. `author` is who made its last change: `api` is the hub's own user, `user` a person at the vendor. */
export interface Row {
  id: string
  fields: JsonObject
  createdAtMs: number
  updatedAtMs: number
  author: Author
}

export type Author = 'api' | 'user'
export type Change = { action: 'created' | 'updated' | 'deleted'; row: Row }
export type InsertResult = { ok: true; row: Row } | { ok: false; field: string; existing: Row }

export interface TableOptions {
  firstId: number
  nowMs: () => number
  /** What the vendor does to values on the way in: lossy, as real vendors are. */
  normalise: (fields: JsonObject) => JsonObject
  /** Fields whose values (compared without case) belong to one row only. */
  unique: readonly string[]
  onChange?: (change: Change) => void
}

/** One object of a sandbox's database, in memory; iteration goes by last modification, oldest first. */
export interface Table {
  insert(fields: JsonObject, author: Author): InsertResult
  /** Changes the named fields only; undefined when the row is not there. */
  patch(id: string, fields: JsonObject, author: Author): InsertResult | undefined
  remove(id: string, author: Author): boolean
  get(id: string): Row | undefined
  findBy(field: string, value: Json | undefined): Row | undefined
  all(): readonly Row[]
  /** Rows modified at or after `sinceMs`, oldest first. */
  changedSince(sinceMs: number): Row[]
  size(): number
}

export function createTable({ firstId, nowMs, normalise, unique, onChange }: TableOptions): Table {
  const rows = new Map<string, Row>()
  const indexes = new Map(unique.map(field => [field, new Map<string, Row>()]))
  let nextId = firstId

  const taken = (fields: JsonObject, self: string | undefined): { field: string; existing: Row } | undefined => {
    for (const [field, index] of indexes) {
      const existing = index.get(indexKey(fields[field]))
      if (existing !== undefined && existing.id !== self) return { field, existing }
    }
    return undefined
  }
  const index = (row: Row, before: JsonObject | undefined): void => {
    for (const [field, entries] of indexes) {
      const [old, key] = [indexKey(before?.[field]), indexKey(row.fields[field])]
      if (old !== '' && old !== key && entries.get(old)?.id === row.id) entries.delete(old)
      if (key !== '') entries.set(key, row)
    }
  }

  const get = (id: string): Row | undefined => rows.get(id)
  /** A record's own times always rise, as a database's row versions do; different records may share one. */
  const touched = (row: Row, fields: JsonObject, author: Author): Row => ({
    ...row,
    fields,
    author,
    updatedAtMs: Math.max(nowMs(), row.updatedAtMs + 1),
  })
  const put = (row: Row, before: JsonObject | undefined): void => {
    rows.delete(row.id)
    rows.set(row.id, row)
    index(row, before)
  }
  const takeOut = (row: Row): void => {
    rows.delete(row.id)
    for (const [field, entries] of indexes) entries.delete(indexKey(row.fields[field]))
  }

  const table: Table = {
    insert(given, author) {
      const atMs = nowMs()
      const fields = normalise(given)
      const conflict = taken(fields, undefined)
      if (conflict) return { ok: false, ...conflict }
      const row: Row = { id: String(nextId++), fields, createdAtMs: atMs, updatedAtMs: atMs, author }
      put(row, undefined)
      onChange?.({ action: 'created', row })
      return { ok: true, row }
    },
    patch(id, given, author) {
      const before = get(id)
      if (!before) return undefined
      const fields = { ...before.fields, ...normalise(given) }
      const conflict = taken(fields, before.id)
      if (conflict) return { ok: false, ...conflict }
      const row = touched(before, fields, author)
      put(row, before.fields)
      onChange?.({ action: 'updated', row })
      return { ok: true, row }
    },
    remove(id, author) {
      const row = rows.get(id)
      if (!row) return false
      takeOut(row)
      onChange?.({ action: 'deleted', row: touched(row, row.fields, author) })
      return true
    },
    get,
    findBy(field, value) {
      const key = indexKey(value)
      if (key === '') return undefined
      const entries = indexes.get(field)
      if (entries) return entries.get(key)
      return table.all().find(row => indexKey(row.fields[field]) === key)
    },
    all: () => [...rows.values()],
    changedSince: sinceMs => table.all().filter(row => row.updatedAtMs >= sinceMs),
    size: () => rows.size,
  }
  return table
}

function indexKey(value: Json | undefined): string {
  return typeof value === 'string' ? value.toLowerCase() : typeof value === 'number' ? String(value) : ''
}
