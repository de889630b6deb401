import { createHash, timingSafeEqual } from 'node:crypto'
import type { HubKey } from '#config/key.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json } from '#model/json.ts'

/** A place in a list: the sort key of the last row of a page. */
export type CursorKey = readonly (string | number)[]

/**
 * Cursors and confirmations are opaque texts `<content>.<signature>`, signed with the hub key: what comes back is what
 * was given out, for the same purpose and the same filters.
 */
export interface Signer {
  sign(purpose: string, content: Json): string
  /** Undefined when the text was not given out for this purpose. */
  read(purpose: string, text: string): Json | undefined
}

const SIGNATURE_BYTES = 16

export function createSigner(key: HubKey): Signer {
  const signatures = (purpose: string, content: string): Buffer[] =>
    key.hashes(`console/${purpose}`, content).map(hash => hash.subarray(0, SIGNATURE_BYTES))
  return {
    sign(purpose, content) {
      const text = Buffer.from(JSON.stringify(content)).toString('base64url')
      return `${text}.${signatures(purpose, text)[0]?.toString('base64url') ?? ''}`
    },
    read(purpose, text) {
      const [content = '', signature = ''] = text.split('.')
      const given = Buffer.from(signature, 'base64url')
      if (given.length !== SIGNATURE_BYTES) return undefined
      if (!signatures(purpose, content).some(expected => timingSafeEqual(expected, given))) return undefined
      return JSON.parse(Buffer.from(content, 'base64url').toString('utf8'))
    },
  }
}

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
