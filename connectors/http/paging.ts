import type { HttpReply } from '#connector/network/http.ts'
import type { Variables } from '#connector/template.ts'
import { assertNever } from '#model/assert.ts'
import type { Json } from '#model/json.ts'
import { textAt, valueAt } from '#connector/reply-path.ts'
import type { ListSettings } from './settings.ts'

type Paged = Pick<ListSettings, 'paging'>

/**
 * Where a pull stands: `sinceMs` is where its first page started, `highMs` the newest change seen, `page` the next
 * page within this round (absent: a new round), `count` rows read in this round.
 */
export interface Position {
  sinceMs: number
  highMs: number
  count: number
  page?: Json
}

export function positionOf(cursor: Json | undefined): Position {
  const number = (name: string): number => {
    const value = valueAt(cursor, name)
    return typeof value === 'number' ? value : 0
  }
  const page = valueAt(cursor, 'page')
  const position = { sinceMs: number('sinceMs'), highMs: number('highMs'), count: number('count') }
  return page === undefined ? position : { ...position, page }
}

export function pageAddress({ paging }: Paged, { page }: Position, baseUrl: string): string | undefined {
  const isAddress = (paging.type === 'nextUrl' || paging.type === 'link') && typeof page === 'string'
  return isAddress ? (URL.parse(page, baseUrl)?.href ?? page) : undefined
}

export function sameOrigin(address: string, baseUrl: string): boolean {
  return URL.parse(address)?.origin === URL.parse(baseUrl)?.origin
}

export function pageVariables({ paging }: Paged, { sinceMs, count, page }: Position): Variables {
  const since: Variables = {
    since: new Date(sinceMs).toISOString(),
    sinceMs,
    sinceSeconds: Math.floor(sinceMs / 1000),
  }
  switch (paging.type) {
    case 'page':
      return { ...since, page: typeof page === 'number' ? page : paging.first, size: paging.size }
    case 'offset':
      return { ...since, offset: count, size: paging.size }
    case 'cursor':
      return { ...since, cursor: page }
    case 'none':
    case 'nextUrl':
    case 'link':
      return since
    default:
      return assertNever(paging)
  }
}

/** The page after this one; undefined when the round is over. `more: false` with a page is a cursor that outlives the round. */
export function nextPage(
  { paging }: Paged,
  position: Position,
  rows: number,
  reply: HttpReply,
): { page: Json; more: boolean } | undefined {
  switch (paging.type) {
    case 'none':
      return undefined
    case 'page':
      return rows < paging.size
        ? undefined
        : { page: (typeof position.page === 'number' ? position.page : paging.first) + 1, more: true }
    case 'offset':
      return rows < paging.size ? undefined : { page: position.count + rows, more: true }
    case 'cursor': {
      const next = textAt(reply.json, paging.next)
      if (next === undefined)
        return paging.keep && position.page !== undefined ? { page: position.page, more: false } : undefined
      const more =
        paging.more !== undefined
          ? valueAt(reply.json, paging.more) === true
          : paging.end !== undefined
            ? valueAt(reply.json, paging.end) !== true
            : rows > 0
      return more || paging.keep ? { page: next, more } : undefined
    }
    case 'nextUrl': {
      const next = textAt(reply.json, paging.next)
      return next === undefined ? undefined : { page: next, more: true }
    }
    case 'link': {
      const next = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(reply.headers.link ?? '')?.[1]
      return next === undefined ? undefined : { page: next, more: true }
    }
    default:
      return assertNever(paging)
  }
}
