import type { JsonObject } from '#model/json.ts'
import type { Action, Author, Change, Row } from './table.ts'

/** One change of a record, as the vendor saw it happen. */
export interface Entry {
  object: string
  id: string
  action: Action
  author: Author
  atMs: number
  /** What was written, before the vendor rendered it. */
  given: JsonObject
  /** The record afterwards. */
  row: Row
  /** For a merge: the id that leads to this record since. */
  loserId?: string
}

/** All changes of a sandbox's records in order: what the closing comparison believes instead of the hub. */
export interface Journal {
  note(object: string, change: Change, isTold: boolean): void
  /** A record was read through the API as it stands in this row. */
  shown(row: Row): void
  entries(): readonly Entry[]
  /**
   * The row in which this value of a changed record first left the vendor, by webhook or because it was read;
   * undefined when it was overwritten before anyone outside could see it.
   */
  firstTold(entry: Entry, field: string): Row | undefined
  /** The last row that still held the value of a changed record. */
  lastHeld(entry: Entry, field: string): Row
}

export function createJournal(): Journal {
  const entries: Entry[] = []
  const told = new WeakSet<Row>()
  /** The record's rows from this change on, as long as they hold its value of the field. */
  const held = (entry: Entry, field: string): Row[] => {
    const rows: Row[] = []
    for (const { object, id, row } of entries.slice(entries.indexOf(entry))) {
      if (id !== entry.id || object !== entry.object) continue
      if (row.fields[field] !== entry.row.fields[field]) break
      rows.push(row)
    }
    return rows
  }
  return {
    note(object, { action, row, given, loser }, isTold) {
      const { id, author, updatedAtMs: atMs } = row
      entries.push({ object, id, action, author, atMs, given, row, ...(loser ? { loserId: loser.id } : {}) })
      if (isTold) told.add(row)
    },
    shown: row => void told.add(row),
    entries: () => entries,
    firstTold: (entry, field) => held(entry, field).find(row => told.has(row)),
    lastHeld: (entry, field) => held(entry, field).at(-1) ?? entry.row,
  }
}
