import type { JsonObject } from '#model/json.ts'
import { readDeliveries } from '../claim/claim.ts'
import { decideAll } from '../decide/decisions.ts'
import type { Member, ReviewParts } from './review.ts'

/** The values of a write that was put by. */
export interface WouldWrite {
  /** What would be written: of a change only the members that differ. */
  content: JsonObject
  /** What the system shows for these members, as far as it is known. */
  vendorForm: JsonObject | undefined
}

/**
 * The values of deliveries of one (system, object) that first link has put by, decided on now: they are kept nowhere, since
 * a million of them would be. By golden record; those that would write nothing are missing.
 */
export async function readWouldWrite(
  parts: ReviewParts,
  { system, object }: Member,
  goldenIds: readonly string[],
): Promise<Map<string, WouldWrite>> {
  const routes = new Map(parts.config.routes.map(route => [route.name, route]))
  const keys = goldenIds.map(golden_id => ({ system, object, golden_id }))
  return await parts.database.transaction(async tx => {
    const deliveries = await readDeliveries(tx, keys, parts.nowMs())
    const decisions = await decideAll(parts, tx, deliveries, routes)
    const found = new Map<string, WouldWrite>()
    for (const [index, decision] of decisions.entries()) {
      const delivery = deliveries[index]
      if (delivery === undefined || decision?.kind !== 'write') continue
      const { changed: content } = decision
      found.set(delivery.goldenId, { content, vendorForm: pick(delivery.source?.vendorForm, Object.keys(content)) })
    }
    return found
  })
}

function pick(form: JsonObject | undefined, members: readonly string[]): JsonObject | undefined {
  if (form === undefined) return undefined
  return Object.fromEntries(Object.entries(form).filter(([name]) => members.includes(name)))
}
