import type { Change, Row } from './journal.ts'

interface Put extends Pick<Change, 'action'>, Pick<Row, 'author' | 'fields'> {
  atMs: number
  loserId: string | undefined
}

/** The records of a vendor as they stood after each change; what was merged away leads to the record that stayed. */
export function createShelves() {
  const objects = new Map<string, Map<string, Row>>()
  const aliases = new Map<string, string>()
  const shelf = (object: string): Map<string, Row> => objects.getOrInsertComputed(object, () => new Map())
  const keyOf = (object: string, id: string): string => `${object} ${id}`

  return {
    put(object: string, id: string, { action, author, atMs, fields, loserId }: Put) {
      const rows = shelf(object)
      const before = rows.get(id)
      const loser = loserId === undefined ? undefined : rows.get(loserId)
      const row: Row = { id, fields, author, createdAtMs: before?.createdAtMs ?? atMs, updatedAtMs: atMs }
      if (action === 'deleted') rows.delete(id)
      else rows.set(id, row)
      if (loserId !== undefined) {
        rows.delete(loserId)
        aliases.set(keyOf(object, loserId), id)
      }
      return { row, loser }
    },
    get(object: string, id: string): Row | undefined {
      const rows = shelf(object)
      return rows.get(id) ?? rows.get(aliases.get(keyOf(object, id)) ?? '')
    },
    find(object: string, isIt: (row: Row) => boolean): Row | undefined {
      for (const row of shelf(object).values()) if (isIt(row)) return row
      return undefined
    },
  }
}
