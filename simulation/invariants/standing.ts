import type { Violation } from '../contract.ts'
import { documentOf, refusalOf } from '../world/mapping.ts'
import type { Vendor } from '../world/vendors/vendor.ts'
import { isRouted, primaryOf, stateText } from './convergence.ts'
import type { DeliveryRow, Evidence, GoldenRow } from './evidence.ts'
import { type TakenRightly, takenRightly } from './taken.ts'

/** What never was there, or is no more. */
const GONE = ['route_exit', 'source_deleted', 'never_written', 'archived', 'deleted', 'deleted_there']

/**
 * Invariant 5: every delivery rests in a way that follows from what became of its golden record and from its route, and
 * says so; what was put away or removed is not there any more.
 */
export function checkStanding(evidence: Evidence): Violation[] {
  const goldens = new Map(evidence.goldens.map(golden => [golden.id, golden]))
  const vendors = new Map(evidence.vendors.map(vendor => [vendor.dialect.system, vendor]))
  const isTaken = takenRightly(evidence)
  const resting = evidence.deliveries.flatMap(delivery => {
    const [golden, vendor] = [goldens.get(delivery.golden_id), vendors.get(delivery.system)]
    if (golden === undefined || vendor === undefined) return []
    const place = `delivery of ${golden.id} (${situationOf(golden, vendor)}) to ${delivery.system}`
    const problem =
      isDiscarded(evidence, delivery, golden) || mayRest(delivery, golden, vendor, isTaken)
        ? stillThere(evidence, delivery, golden, vendor)
        : `is ${stateText(delivery)} ${JSON.stringify(delivery.detail)}`
    return problem === undefined ? [] : [{ invariant: 5, message: `${place} ${problem}` }]
  })
  return [...resting, ...strangers(evidence)]
}

type Situation = 'merged' | 'withdrawn' | 'erased' | 'left' | 'routed'

function situationOf(golden: GoldenRow, { dialect }: Vendor): Situation {
  if (golden.state === 'merged' || golden.state === 'withdrawn' || golden.state === 'erased') return golden.state
  return isRouted(dialect, golden) ? 'routed' : 'left'
}

/** What a person threw away stays as it was until its golden record says something else, which is a new version of it. */
function isDiscarded({ brakeActs }: Evidence, delivery: DeliveryRow, golden: GoldenRow): boolean {
  if (delivery.state !== 'frozen' || delivery.reason !== 'discarded' || golden.state === 'erased') return false
  const isTold = golden.version === delivery.wanted_version
  return (
    isTold &&
    brakeActs.some(
      ({ system, object, how }) => how === 'discard' && system === delivery.system && object === delivery.object,
    )
  )
}

function mayRest(delivery: DeliveryRow, golden: GoldenRow, vendor: Vendor, isTaken: TakenRightly): boolean {
  const { state, reason } = delivery
  const { dialect } = vendor
  const refused = refusalOf(dialect, documentOf(dialect, golden.entity, golden.fields)) !== undefined
  const why = reason ?? ''
  switch (situationOf(golden, vendor)) {
    case 'merged':
      return state === 'absent' && why === 'merged'
    case 'erased':
      return false
    case 'withdrawn':
      if (state === 'frozen') return why === 'source_deleted' && dialect.route.onSourceDelete === 'ignore'
      return state === 'absent' && GONE.includes(why)
    case 'left':
      // A vendor that takes only whole records refuses the last write for what else is in them.
      if (state === 'dead') return why === 'rejected' && refused && dialect.writes === 'whole'
      if (state === 'frozen') return why === 'route_exit' && dialect.route.onRouteExit === 'freeze'
      return state === 'absent' && GONE.includes(why)
    default:
      if (state === 'dead') return isTaken(delivery, golden, vendor) || (why === 'rejected' && refused)
      if (state === 'absent') return why === 'deleted_there'
      return state === 'synced' || (state === 'frozen' && why === 'flip_flop')
  }
}

/** What the hub wrote, and has neither put away nor removed, though its golden record is not to be there. */
function stillThere(
  evidence: Evidence,
  { state, reason }: Pick<DeliveryRow, 'state' | 'reason'>,
  golden: GoldenRow,
  vendor: Vendor,
): string | undefined {
  if (state !== 'absent' || reason === 'merged' || reason === 'deleted_there') return undefined
  const { onSourceDelete } = vendor.dialect.route
  if (golden.state === 'withdrawn' && onSourceDelete === 'ignore') return undefined
  const remote = primaryOf(evidence, golden, vendor.dialect)
  const record = remote === undefined ? undefined : vendor.records.get(remote.remote_id)
  if (remote?.sent !== true || record === undefined || record.deleted !== undefined || record.restored) return undefined
  return record.archived ? undefined : `is absent (${reason}), and ${record.id} is there`
}

/** The same of golden records that have no delivery there at all. */
function strangers(evidence: Evidence): Violation[] {
  const known = new Set(evidence.deliveries.map(row => `${row.golden_id} ${row.system}`))
  return evidence.goldens.flatMap(golden =>
    evidence.vendors.flatMap(vendor => {
      const { system } = vendor.dialect
      const situation = situationOf(golden, vendor)
      if (known.has(`${golden.id} ${system}`) || (situation !== 'left' && situation !== 'withdrawn')) return []
      const problem = stillThere(evidence, { state: 'absent', reason: 'no delivery' }, golden, vendor)
      const message = `golden ${golden.id} (${situation}) in ${system} ${problem}`
      return problem === undefined ? [] : [{ invariant: 5, message }]
    }),
  )
}
