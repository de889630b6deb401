import type { RouteConfig } from '#config/config.ts'

export type DeliveryState =
  'pending' | 'waiting' | 'retrying' | 'submitted' | 'unknown' | 'held' | 'frozen' | 'synced' | 'absent' | 'dead'
export type DeliveryAction = 'upsert' | 'freeze' | 'archive' | 'delete'

/** A delivery as planning finds it. */
export interface ExistingDelivery {
  state: DeliveryState
  reason: string | undefined
  action: DeliveryAction
  /** Something was acknowledged once or is being sent, so the system may hold the record. */
  sent: boolean
}

/** What planning makes of a delivery; `due` says whether it is to be looked at now, as it was, or not at all. */
export interface PlannedDelivery {
  state: DeliveryState
  reason: string | undefined
  action: DeliveryAction
  due: 'now' | 'keep' | 'never'
}

export type Wish =
  /** The route takes the golden record. */
  | 'hold'
  /** The route no longer takes it. */
  | 'leave'
  /** Every source of the golden record was deleted. */
  | 'withdrawn'

/**
 * Stage 4 for one (route, golden record): the next state of its delivery, undefined when nothing is to be done.
 * A golden record that changed makes its deliveries due; those under way or backing off learn of it when they settle.
 * Those of a (system, object) that is not live yet are put by, and looked at by first link (deliver/link). `written`: whether
 * the remote record there was ever written or adopted, as this delivery's own or as one that a merge brought.
 */
export function planDelivery(
  wish: Wish,
  route: Pick<RouteConfig, 'onRouteExit' | 'onSourceDelete'>,
  existing: ExistingDelivery | undefined,
  isLive: boolean,
  written: 'never' | 'own' | 'brought' = 'never',
): PlannedDelivery | undefined {
  const planned = planLive(wish, route, existing, written)
  if (isLive || planned?.state !== 'pending') return planned
  return { ...planned, state: 'waiting', reason: 'first_link', due: 'never' }
}

function planLive(
  wish: Wish,
  route: Pick<RouteConfig, 'onRouteExit' | 'onSourceDelete'>,
  existing: ExistingDelivery | undefined,
  written: 'never' | 'own' | 'brought',
): PlannedDelivery | undefined {
  if (wish === 'hold') return holdIt(existing)
  const isBrought = written === 'brought'
  const reason = wish === 'leave' ? 'route_exit' : 'source_deleted'
  const how = wish === 'leave' ? route.onRouteExit : route.onSourceDelete
  const action = how === 'ignore' ? 'freeze' : how
  if (existing === undefined || existing.state === 'absent') {
    // A merge that was undone is no reason any more, and may have given back what was written before it. That its golden record
    // was withdrawn is seen by whoever was due just then, before planning says what becomes of it.
    const isBack = existing?.reason === 'merged' || existing?.reason === 'withdrawn'
    if ((isBrought || (isBack && written === 'own')) && how !== 'ignore') return leaveNow(action, wish, reason)
    return isBack ? { state: 'absent', reason, action: 'upsert', due: 'never' } : undefined
  }
  if (!existing.sent && written === 'never') return { state: 'absent', reason, action: 'upsert', due: 'never' }
  switch (existing.state) {
    // What is under way or of unknown fate is settled first; then it leaves.
    case 'retrying':
    case 'submitted':
    case 'unknown':
      return existing.action === action
        ? undefined
        : { state: existing.state, reason: existing.reason, action, due: 'keep' }
    case 'frozen':
      return existing.action === action && existing.reason === reason && !isBrought
        ? undefined
        : leaveNow(action, wish, reason)
    case 'pending':
      return existing.action === action ? undefined : leaveNow(action, wish, reason)
    case 'waiting':
    case 'held':
    case 'synced':
    case 'dead':
      return leaveNow(action, wish, reason)
    default:
      return existing.state satisfies never
  }
}

/** Where nothing more is to be written it is frozen at once. */
function leaveNow(action: DeliveryAction, wish: Wish, reason: string): PlannedDelivery {
  if (action === 'freeze' && wish === 'withdrawn') return { state: 'frozen', reason, action, due: 'never' }
  return { state: 'pending', reason, action, due: 'now' }
}

const THAWING: ReadonlySet<string> = new Set(['route_exit', 'source_deleted', 'discarded', 'flip_flop'])

function holdIt(existing: ExistingDelivery | undefined): PlannedDelivery {
  if (existing === undefined) return { state: 'pending', reason: undefined, action: 'upsert', due: 'now' }
  switch (existing.state) {
    case 'retrying':
    case 'submitted':
    case 'unknown':
      return { state: existing.state, reason: existing.reason, action: 'upsert', due: 'keep' }
    case 'held':
      // Held while its route is missing from the configuration it goes on; what the brake holds is a person's to let go.
      if (existing.reason !== 'no_route')
        return { state: 'held', reason: existing.reason, action: 'upsert', due: 'never' }
      return { state: 'pending', reason: undefined, action: 'upsert', due: 'now' }
    case 'frozen':
      // A change thaws what left its route, what was discarded, and the members beside one that flips. A person's stays.
      if (existing.reason === undefined || !THAWING.has(existing.reason))
        return { state: 'frozen', reason: existing.reason, action: 'upsert', due: 'never' }
      return { state: 'pending', reason: undefined, action: 'upsert', due: 'now' }
    // Deleted there it is not created again; whether that is still so deliver sees by the remote record.
    case 'absent':
    case 'pending':
    case 'waiting':
    case 'synced':
    case 'dead':
      return { state: 'pending', reason: undefined, action: 'upsert', due: 'now' }
    default:
      return existing.state satisfies never
  }
}
