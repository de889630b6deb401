import type { SandboxAuthor, SandboxChange } from '#connector/sandbox.ts'
import type { JsonObject } from '#model/json.ts'

/** One record of a vendor as it stood at one moment, flat. `author` is who made its last change. */
export interface Row {
  id: string
  fields: JsonObject
  createdAtMs: number
  updatedAtMs: number
  author: SandboxAuthor
}

/** `given` is what was written, before the vendor made it its own; `loser` is the row that a merge took away. */
export interface Change extends Pick<SandboxChange, 'action'> {
  row: Row
  given: JsonObject
  loser?: Row
}

/** One change of a record, as the vendor saw it happen. */
export interface Entry extends Pick<SandboxChange, 'action'> {
  object: string
  id: string
  author: SandboxAuthor
  atMs: number
  given: JsonObject
  /** The record afterwards. */
  row: Row
  /** For a merge: the id that leads to this record since. */
  loserId?: string
}

/** All changes of a vendor's records in order: what the closing comparison believes instead of the hub. */
export interface Journal {
  note(object: string, change: Change): void
  /** A record was read through the API as it stands in this row. */
  shown(row: Row): void
  entries(): readonly Entry[]
  /**
   * The row in which this value of a changed record first left the vendor because it was read; undefined when it was
   * overwritten before anyone outside could see it.
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
    note(object, { action, row, given, loser }) {
      const { id, author, updatedAtMs: atMs } = row
      entries.push({ object, id, action, author, atMs, given, row, ...(loser ? { loserId: loser.id } : {}) })
    },
    shown: row => void told.add(row),
    entries: () => entries,
    firstTold: (entry, field) => held(entry, field).find(row => told.has(row)),
    lastHeld: (entry, field) => held(entry, field).at(-1) ?? entry.row,
  }
}
