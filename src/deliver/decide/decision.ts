import type { RouteConfig } from '#config/config.ts'
import type { Mapping } from '#mapping/mapping.ts'
import type { Json, JsonObject } from '#model/json.ts'
import type { Compare } from '#rules/comparators.ts'
import type { DueDelivery, ResolvedLink } from '../claim/claim.ts'
import type { Outside } from './outbound.ts'
import type { Kept } from './own-edits.ts'

/** What is to be done about a due delivery. */
export type Decision =
  | {
      kind: 'write'
      document: JsonObject
      changed: JsonObject
      remoteId: string | undefined
      look: boolean
      kept?: Kept
      /** Golden fields that the call tells; absent: all. */
      carries?: readonly string[]
      /** Members that differ and stay as they are all the same, since they flip (restrain.ts). */
      frozen?: readonly string[]
      /** Writes over what the system made of the remote record itself, and what did not count. */
      mends?: true
    }
  | { kind: 'remove'; how: 'archive' | 'delete'; remoteId: string }
  /** A job of the vendor; `of`: what it does. */
  | { kind: 'poll'; job: Json; of: DueDelivery['action'] }
  /** Only whether it is there: it left its route while the fate of its create was not known. */
  | { kind: 'look'; document: JsonObject }
  | { kind: 'wait'; parents: ResolvedLink[] }
  /** It is there and was never heard of: read first, so that what it holds is known. */
  | { kind: 'readBack'; remoteId: string }
  /** Something that it depends on is under way in the hub itself. */
  | { kind: 'later'; reason: 'resolving' }
  /** It holds what it must; `adopt`: remember the document as sent. */
  | { kind: 'synced'; document: JsonObject; adopt: boolean; kept?: Kept }
  | { kind: 'absent'; reason: string; message?: string }
  /** Its route left the configuration: nothing is done there until it is back. */
  | { kind: 'hold'; reason: 'no_route' }
  /** It left its route and stays there as it is. */
  | { kind: 'freeze'; reason: 'route_exit' | 'source_deleted' }
  | { kind: 'dead'; reason: string; detail: JsonObject }

export interface DecideContext extends Outside {
  route: RouteConfig | undefined
  mapping: Mapping | undefined
  /** The connector can look for existing remote records and must, before a create. */
  looks: boolean
  /** A remote record can be read back, and what it says is heard. */
  reads: boolean
  /** An update tells only the members that differ. */
  patches?: boolean
  /** Goldens among the parents whose own deliveries wait on this one: a cycle, written in two steps. */
  cyclic: ReadonlySet<string>
  /** How far clocks may differ. */
  skewToleranceMs: number
  /** What more counts as the same there, by canonical field. */
  compare: Readonly<Record<string, readonly Compare[]>>
}
