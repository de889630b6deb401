import { type Connector, defineConnector, type PullResult, type RemoteState } from '#connector/kit.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { createMemoryVendor, type MemoryVendor } from './memory-connector.ts'

export interface PagedVendor extends MemoryVendor {
  /** What each pull began with. */
  cursors: (Json | undefined)[]
  /** Pulls answer only up to this page; the ones behind fail. */
  pagesAllowed: number
}

/** A vendor whose pull gives its stored records, so many a page, all of one modified time; the cursor is the number of records read. */
export function createPagedVendor(name: string, pageSize: number, modifiedAtMs: number): PagedVendor {
  const memory = createMemoryVendor(name)
  const vendor: PagedVendor = Object.assign(memory, {
    cursors: [],
    pagesAllowed: Infinity,
    connector: searching(memory),
  })
  vendor.changes = (cursor): PullResult => {
    vendor.cursors.push(cursor)
    const from = typeof cursor === 'number' ? cursor : 0
    if (from / pageSize >= vendor.pagesAllowed)
      return { ok: false, outcome: { kind: 'retry', reason: 'pulled too far' } }
    const all = [...vendor.records].slice(from, from + pageSize)
    const records = all.map(([remoteId, state]): RemoteState => ({ remoteId, state, modifiedAtMs }))
    return { ok: true, records, cursor: from + all.length, more: from + all.length < vendor.records.size }
  }
  return vendor
}

export function person(n: number | string, name = `Name ${n}`): JsonObject {
  return { mail: `p${n}@example.com`, name }
}

/** The same, but found by mail address: how people find a customer that they have entered themselves. */
function searching({ connector, records }: MemoryVendor): Connector<unknown> {
  if (connector.push === undefined) return connector
  return defineConnector({
    ...connector,
    push: {
      ...connector.push,
      async find(_access, _object, queries) {
        const byMail = (mail: unknown) => [...records].filter(([, record]) => record['mail'] === mail).map(([id]) => id)
        return { ok: true, found: queries.map(({ content }) => byMail(content['mail'])) }
      },
    },
  })
}
