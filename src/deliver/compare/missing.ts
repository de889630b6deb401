/** So few may go without a question, however small the object is. */
const HANDFUL = 5
const SHARE_MAX = 0.01

/** What one comparison of ids found. */
export interface Compared {
  /** Living remote records that the hub knows. */
  known: number
  /** Ids that the system listed. */
  listed: number
  /** Known ones that it did not list. */
  missing: number
}

/**
 * Whether the missing ones are deleted at once, or held for a person: a list that came back empty, or that would remove more
 * than 1 % of the remote records (and more than a handful), is more likely a fault of the list than a day's work.
 */
export function judgeMissing({ known, listed, missing }: Compared): 'none' | 'delete' | 'hold' {
  if (missing === 0) return 'none'
  return listed === 0 || missing > Math.max(HANDFUL, known * SHARE_MAX) ? 'hold' : 'delete'
}
