import type { Finding } from '#rules/matching/finding.ts'

/** What weak evidence says of one record and one customer, or another record of the batch. */
export interface Match {
  bits: number
  /** What explains the agreement best if they are not the same. */
  against: string
  findings: readonly Finding[]
}

/** What weak evidence says of a record of the batch: to which golden records and earlier records of the batch it belongs. */
export interface WeakEvidence {
  links: ReadonlyMap<string, Match>
  peers: ReadonlyMap<number, Match>
  /** For a person to decide. */
  reviews: ReadonlyMap<string, Match>
  /** Customers some records of whom fit, and are silent on what others say against it: the ids of both kinds, which may not belong together. */
  torn: ReadonlyMap<string, readonly string[]>
  /** A strong key is shared, and all else speaks against it. */
  doubts: ReadonlySet<string>
  doubtedPeers: ReadonlySet<number>
}
