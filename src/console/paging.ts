import { createHash } from 'node:crypto'
import type { Signer } from '#config/signer.ts'
import { isJsonObject } from '#model/json.ts'
import { type Problem, problem } from './problem.ts'

/** A place in a list: the sort key of the last row of a page. */
export type CursorKey = readonly (string | number)[]

/** A list that is read page by page. */
export interface PagedList<Row, Item> {
  name: string
  /** Its filters too: the cursors of one list with one set of filters do not fit another. */
  query: { limit?: number; cursor?: string }
  /** At most so many rows, the first of them behind this key. */
  read: (limit: number, after: CursorKey | undefined) => Promise<readonly Row[]>
  /** What the list is sorted by. */
  key: (row: Row) => CursorKey
  item: (row: Row) => Item
}

const LIMIT = 50

/** The page that the query asks for, with the cursor of the next when there is one. */
export async function readPage<Row, Item>(
  signer: Signer,
  { name, query, read, key, item }: PagedList<Row, Item>,
): Promise<{ items: Item[]; next?: string } | Problem> {
  const { cursor, limit = LIMIT, ...filters } = query
  const purpose = `${name}/${fingerprint(filters)}`
  const after = cursor === undefined ? undefined : keyIn(signer.read(purpose, cursor))
  if (after === 'invalid') return problem('cursor_foreign', {})
  // One more than asked for tells whether there is another page.
  const rows = await read(limit + 1, after)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(item),
    ...(rows.length > limit && last !== undefined && { next: signer.sign(purpose, { k: [...key(last)] }) }),
  }
}

function fingerprint(filters: object): string {
  const text = JSON.stringify(Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1)))
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

function keyIn(content: unknown): CursorKey | 'invalid' {
  if (!isJsonObject(content) || !Array.isArray(content.k)) return 'invalid'
  return content.k.every(part => typeof part === 'string' || typeof part === 'number') ? content.k : 'invalid'
}
