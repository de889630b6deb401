import type { HubConfig } from '#config/config.ts'
import type { Condition } from '../condition.ts'
import { brakeHeld } from './brake-held.ts'
import { circuitOpen } from './circuit-open.ts'
import { databaseSlow, diskLow } from './capacity.ts'
import { deadDeliveries, deadEvents } from './dead-letters.ts'
import { deliveryFailing } from './delivery-failing.ts'
import { deliverySlow } from './delivery-slow.ts'
import { disconnected } from './disconnected.ts'
import { driftFound } from './drift-found.ts'
import { certificateExpiring, credentialExpiring } from './expiring.ts'
import { flipFlopFrozen } from './flip-flop-frozen.ts'
import { mappingFailing } from './mapping-failing.ts'
import { notifierFailing } from './notifier-failing.ts'
import { oldestEventTooOld, queueLag } from './behind.ts'
import { quotaNearlyUsed } from './quota-nearly-used.ts'
import { receiveErrors, refusedRequests } from './receiving.ts'
import { sourceSilent } from './source-silent.ts'

/** Every condition of the hub, by its name. */
export function conditionsOf(config: Pick<HubConfig, 'systems'>): ReadonlyMap<string, Condition> {
  const all = [
    brakeHeld,
    certificateExpiring,
    circuitOpen,
    credentialExpiring,
    databaseSlow,
    deadDeliveries,
    deadEvents,
    deliveryFailing,
    deliverySlow,
    disconnected,
    diskLow,
    driftFound,
    flipFlopFrozen,
    mappingFailing(config),
    notifierFailing,
    oldestEventTooOld,
    queueLag,
    quotaNearlyUsed,
    receiveErrors,
    refusedRequests,
    sourceSilent,
  ]
  return new Map(all.map(condition => [condition.name, condition]))
}
