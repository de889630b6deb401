import type { RouteConfig } from '#config/config.ts'
import { comparatorsOf } from '#connector/system.ts'
import { runAnswered, type Xref } from '#mapping/asks.ts'
import { findRemoteIds } from '#store/customers/crosswalk.ts'
import type { Tx } from '#store/database.ts'
import { noteAsks } from './asks.ts'
import type { DueDelivery } from '../claim/claim.ts'
import { decideDelivery } from './decide.ts'
import type { Decision } from './decision.ts'
import { type DeliverParts, isReadable } from '../parts.ts'
import { cyclicParents } from '../claim/dependents.ts'

/** What deciding needs of the running hub. */
export type DecisionParts = Pick<DeliverParts, 'config' | 'systems' | 'mappings'>

/**
 * The decisions for claimed deliveries, in their order: what the pure decision needs besides the delivery is gathered here.
 * Undefined: none yet, it is to be decided on once more (noteAsks).
 */
export async function decideAll(
  parts: DecisionParts,
  tx: Tx,
  claimed: readonly DueDelivery[],
  routes: ReadonlyMap<string, RouteConfig>,
): Promise<(Decision | undefined)[]> {
  const cyclic = await findCycles(tx, claimed)
  const decide = (delivery: DueDelivery, xref: Xref): Decision => {
    const route = routes.get(delivery.route)
    const mapping = route === undefined ? undefined : parts.mappings.get(route.mapping)
    delivery.mappingRevision = mapping?.revision
    return decideDelivery(delivery, {
      route,
      mapping,
      looks: looksFirst(parts, delivery),
      patches: patches(parts, delivery),
      reads: delivery.linkState === 'live' && isReadable(parts, delivery),
      // Before it is live nothing is written, so nothing waits: what would be written is told without its parents.
      cyclic:
        delivery.linkState === 'live'
          ? (cyclic.get(`${delivery.system} ${delivery.goldenId}`) ?? new Set())
          : new Set(delivery.links.map(link => link.goldenId)),
      defaultCountry: parts.config.hub.defaultCountry,
      xref,
      skewToleranceMs: parts.config.policy.skewToleranceMs,
      compare: comparatorsOf(parts.systems.get(delivery.system), delivery.object),
    })
  }
  const decided = await runAnswered(claimed, decide, asks => findRemoteIds(tx, asks))
  return await noteAsks(tx, claimed, decided, parts.systems)
}

function patches({ systems }: DecisionParts, { system: name, object }: DueDelivery): boolean {
  const system = systems.get(name)
  return system?.connector.push?.patches?.(object, system.config.settings) === true
}

/** Golden records that wait and are waited on, per delivery: those links are left out at first and written in a second step. */
async function findCycles(tx: Tx, claimed: readonly DueDelivery[]): Promise<Map<string, Set<string>>> {
  const pairs = claimed.flatMap(delivery =>
    delivery.links
      .filter(link => link.remoteId === undefined && link.delivery?.state === 'waiting')
      .map(link => ({ system: delivery.system, goldenId: delivery.goldenId, parentId: link.goldenId })),
  )
  const cyclic = await cyclicParents(tx, pairs)
  const result = new Map<string, Set<string>>()
  for (const { system, goldenId, parentId } of pairs) {
    if (!cyclic.has(`${goldenId} ${parentId}`)) continue
    const name = `${system} ${goldenId}`
    result.set(name, (result.get(name) ?? new Set()).add(parentId))
  }
  return result
}

/**
 * Whether a create looks first: always where the vendor can search. Also one that writes by our own id, since its people
 * may have entered the customer without it.
 */
function looksFirst(parts: DecisionParts, delivery: DueDelivery): boolean {
  const system = parts.systems.get(delivery.system)
  const push = system?.connector.push
  if (system === undefined || push?.find === undefined) return false
  return push.canFind?.(delivery.object, system.config.settings) ?? true
}
