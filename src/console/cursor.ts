import { createHash } from 'node:crypto'
import type { Signer } from '#config/signer.ts'
import { isJsonObject } from '#model/json.ts'

/** A place in a list: the sort key of the last row of a page. */
export type CursorKey = readonly (string | number)[]

/** One list with one set of filters: its cursors do not fit another. */
export function listPurpose(list: string, filters: object): string {
  const rest = Object.entries(filters).filter(([name]) => name !== 'cursor' && name !== 'limit')
  const text = JSON.stringify(rest.sort(([a], [b]) => (a < b ? -1 : 1)))
  return `${list}/${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`
}

/** The key in a cursor of this list: `undefined` without a cursor, `invalid` for one that was not given out by it. */
export function readCursor(
  signer: Signer,
  purpose: string,
  cursor: string | undefined,
): CursorKey | 'invalid' | undefined {
  if (cursor === undefined) return undefined
  const content = signer.read(purpose, cursor)
  if (!isJsonObject(content) || !Array.isArray(content.k)) return 'invalid'
  return content.k.every(part => typeof part === 'string' || typeof part === 'number') ? content.k : 'invalid'
}

/** Cuts one row more than asked for into a page, with the cursor of the next when there is one. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  next: (row: Row) => string,
): { items: Item[]; next?: string } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(item), ...(rows.length > limit && last !== undefined && { next: next(last) }) }
}
