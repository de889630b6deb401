import type { EarlierValue } from '#rules/statement/shadow.ts'
import type { DueDelivery } from '../claim/claim.ts'
import type { DeliveryKey } from '../claim/lease.ts'
import type { Settlement } from './settle.ts'

/** What is written of a delivery when its call is settled. */
export interface SettleRow extends DeliveryKey, Omit<Settlement, 'state' | 'detail'> {
  /** Frozen: what was written is there, members that flip were left out. */
  state: Settlement['state'] | 'frozen'
  detail: Settlement['detail'] | { members: readonly string[] }
  /** What was done; planning may have decided otherwise meanwhile. */
  action: 'upsert' | 'freeze' | 'archive' | 'delete'
  /** The remote record that was called for; undefined for a create. */
  calledId: string | undefined
  /** When the delivery that was claimed had been planned, microseconds since 1970: planned again since, it is due again. */
  plannedAt: number
  /** The golden version that was acknowledged, when it was. */
  sentVersion: number | undefined
  /** The vendor holds the leased document now: it becomes *sent*, and the lease knows it, so it travels once. */
  acknowledged: boolean
  /** The remote record was known and never written before: now it may be the primary one. */
  isFirst: boolean
  /** It may have been written: what is in flight stays so. */
  isOpen: boolean
  /** So it was before this call already, of an earlier one, and this call settles nothing of that. */
  staysOpen: boolean
  /** Values of earlier writes, where the acknowledged one changes what there is to remember. */
  sentEarlier: Record<string, EarlierValue[]> | undefined
  /** Fields that the call said nothing of: they are not sent. */
  kept: readonly string[]
  remoteVersion: string | undefined
  /** When the vendor wrote it, by its own clock (epoch ms). */
  remoteAtMs: number | undefined
  /** A create met a remote record: when to try again, should that be another customer's and about to change. */
  retryInMs: number | undefined
  job: DueDelivery['job']
}
