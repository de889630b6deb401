import { sql } from 'kysely'

/** What an event's detail says of how its content came. */
type HowItCame = {
  /** When the read began that brought it (epoch ms). */
  readFrom?: number
  /** The vendor's own time (epoch ms), where that which is stored does not tell it. */
  toldAt?: number
}

/** The same of a stored event `e`, for every run of it; null: nothing. */
export const HOW_IT_CAME = sql`nullif(jsonb_strip_nulls(jsonb_build_object('readFrom', e.detail -> 'readFrom', 'toldAt', e.detail -> 'toldAt')), '{}')`

/** A time that lies in the future is stored as that of its receipt, and one that is not told as that in which the read began. */
export function howItCame(
  readFromMs: number | undefined,
  toldAtMs: number | undefined,
  receivedAtMs: number,
): HowItCame | undefined {
  const isHidden = toldAtMs !== undefined && (toldAtMs > receivedAtMs || toldAtMs === readFromMs)
  if (readFromMs === undefined && !isHidden) return undefined
  return { ...(readFromMs === undefined ? {} : { readFrom: readFromMs }), ...(isHidden ? { toldAt: toldAtMs } : {}) }
}
