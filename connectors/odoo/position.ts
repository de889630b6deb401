import type { RemoteState } from '#connector/kit.ts'
import { valueAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import type { Domain } from './objects.ts'

/**
 * Where a poll stands. Odoo keeps the time of a change to the microsecond and shows it to the second, so a page cannot go on
 * behind its last row by time. A page that ends within a second is followed by that whole second, by id (`afterId`), and then
 * by what came later: nothing is left out, however many records one transaction changed.
 */
export interface Position {
  /** All before is read. */
  sinceMs: number
  /** Within that second all up to this id is read; absent: not within a second. */
  afterId?: number
  /** Newest change of this round. */
  newestMs: number
}

const SECOND_MS = 1000

export function positionOf(cursor: Json | undefined): Position {
  const number = (name: string) => {
    const value = valueAt(cursor, name)
    return typeof value === 'number' ? value : undefined
  }
  const afterId = number('afterId')
  const position = { sinceMs: number('sinceMs') ?? 0, newestMs: number('newestMs') ?? 0 }
  return afterId === undefined ? position : { ...position, afterId }
}

/** What the page at a position asks for. */
export function pageOf({ sinceMs, afterId }: Position): { domain: Domain; order: string } {
  const since = ['write_date', '>=', moment(sinceMs)]
  if (afterId === undefined) return { domain: sinceMs === 0 ? [] : [since], order: 'write_date asc, id asc' }
  const domain = [since, ['write_date', '<', moment(sinceMs + SECOND_MS)], ['id', '>', afterId]]
  return { domain, order: 'id asc' }
}

/** The position behind a page; a round that ends begins the next one `overlapMs` before its newest change. */
export function nextPosition(
  { sinceMs, afterId, newestMs: before }: Position,
  records: readonly RemoteState[],
  rowsMax: number,
  overlapMs: number,
): { position: Position; more: boolean } {
  const newestMs = Math.max(before, ...records.map(record => record.modifiedAtMs ?? 0))
  const last = records.at(-1)
  const isFull = records.length >= rowsMax && last !== undefined
  if (afterId !== undefined) {
    return isFull
      ? { position: { sinceMs, afterId: Number(last.remoteId), newestMs }, more: true }
      : { position: { sinceMs: sinceMs + SECOND_MS, newestMs }, more: true }
  }
  if (isFull)
    return { position: { sinceMs: secondOf(last.modifiedAtMs ?? newestMs), afterId: 0, newestMs }, more: true }
  return { position: { sinceMs: Math.max(0, secondOf(newestMs - overlapMs)), newestMs }, more: false }
}

const secondOf = (ms: number) => Math.floor(ms / SECOND_MS) * SECOND_MS

/** A time as Odoo writes it: UTC, without a zone. */
function moment(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}
