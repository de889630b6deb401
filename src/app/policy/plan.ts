import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { type DueDelivery, readDeliveries } from '#deliver/claim/claim.ts'
import { outboundOf } from '#deliver/decide/outbound.ts'
import { runAnswered, type Xref } from '#mapping/asks.ts'
import type { JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'
import { computeGolden, type GoldenPolicy } from '#resolve/golden.ts'
import { readGoldens, type StoredGolden } from '#resolve/rows.ts'
import { findRemoteIds } from '#store/customers/crosswalk.ts'
import type { Tx } from '#store/database.ts'
import type { HubParts } from '../hub.ts'
import type { Count } from '../mappings/plan/book.ts'
import { addCompared, emptyTally } from '../mappings/plan/tally.ts'

const GOLDENS_PER_PAGE = 200

type PlanParts = Pick<HubParts, 'database' | 'config' | 'mappings' | 'nowMs'>

/** How many golden records there are to look at. */
export async function countGoldens({ database }: Pick<HubParts, 'database'>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from golden_record where state in ('active', 'withdrawn')
  `.execute(database.kysely)
  return rows[0]?.n ?? 0
}

/**
 * Computes golden records, newest first, from their source records by another policy, and counts what would come out otherwise
 * and what would be written otherwise. Nothing is changed; a page is a transaction of its own.
 */
export function countPolicy(parts: PlanParts, policy: GoldenPolicy, last: number | undefined): Count {
  return async (signal, tell) => {
    const tally = emptyTally()
    let before: string | undefined
    for (let left = last ?? Infinity; left > 0;) {
      signal.throwIfAborted()
      const page = await parts.database.transaction(tx => readPage(tx, before, Math.min(left, GOLDENS_PER_PAGE)))
      if (page.length === 0) break
      const changes = page.flatMap(golden => changeOf(golden, policy) ?? [])
      const writes = await writesOf(parts, changes)
      for (const { golden, after } of changes) {
        const { id, entity } = golden
        const destinations = writes.get(id) ?? []
        addCompared(tally, {
          id,
          before: { kind: 'fields', fields: named(entity, golden.fields) },
          after: { kind: 'fields', fields: named(entity, after) },
          destinations,
          ...(destinations.length > 0 ? { sends: 'update' as const } : {}),
        })
      }
      tally.records += page.length - changes.length
      before = page.at(-1)?.id
      left -= page.length
      tell(tally)
      await setImmediate()
    }
    return tally
  }
}

async function readPage(tx: Tx, before: string | undefined, limit: number): Promise<StoredGolden[]> {
  const { rows } = await sql<{ id: string }>`
    select id from golden_record where state in ('active', 'withdrawn') and (${before ?? null}::uuid is null or id < ${before ?? null}::uuid)
    order by id desc limit ${limit}
  `.execute(tx)
  const ids = rows.map(row => row.id)
  const found = await readGoldens(tx, ids, 'look')
  return ids.flatMap(id => found.get(id) ?? [])
}

interface Change {
  golden: StoredGolden
  after: JsonObject
}

function changeOf(golden: StoredGolden, policy: GoldenPolicy): Change | undefined {
  const after = computeGolden(golden.id, golden.entity, golden.sources, golden, policy)?.fields
  return after === undefined || jsonEqual(after, golden.fields) ? undefined : { golden, after }
}

function named(entity: string, fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${entity}.${name}`, value]))
}

/** Where other documents would be written, by golden record. */
async function writesOf(parts: PlanParts, changes: readonly Change[]): Promise<Map<string, string[]>> {
  const places = new Map<string, string[]>()
  if (changes.length === 0) return places
  const after = new Map(changes.map(change => [change.golden.id, change.after]))
  const deliveries = await parts.database.transaction(async tx => {
    const { rows } = await sql<{ system: string; object: string; golden_id: string }>`
      select system, object, golden_id from delivery where golden_id = any(${[...after.keys()]}::uuid[]) order by system, object
    `.execute(tx)
    return await readDeliveries(tx, rows, parts.nowMs())
  })
  const upserts = deliveries.filter(delivery => delivery.action === 'upsert')
  const differing = await runAnswered(
    upserts,
    (delivery, xref) => differs(parts, delivery, after.get(delivery.goldenId), xref),
    asks => findRemoteIds(parts.database.kysely, asks),
  )
  for (const [index, { goldenId, system, object }] of upserts.entries()) {
    if (differing[index]?.result !== true) continue
    places.set(goldenId, [...(places.get(goldenId) ?? []), `${system}/${object}`])
  }
  return places
}

function differs(
  { config, mappings }: PlanParts,
  delivery: DueDelivery,
  after: JsonObject | undefined,
  xref: Xref,
): boolean {
  const route = config.routes.find(({ name }) => name === delivery.route)
  const mapping = route && mappings.get(route.mapping)
  if (mapping === undefined) return false
  const outbound = outboundOf(delivery, mapping, { defaultCountry: config.hub.defaultCountry, xref })
  return !jsonEqual(outbound.documentFrom(delivery.golden.fields) ?? null, outbound.documentFrom(after) ?? null)
}
