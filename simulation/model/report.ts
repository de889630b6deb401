import type { Order } from './statement.ts'

/** One event that the hub acknowledged, as the judge reads it. */
export interface Report {
  event: string
  system: string
  object: string
  remoteId: string
  kind: string
  origin: string
  receivedMs: number
  /** When the hub had made of it what it made of it. */
  settledMs: number
  order: Order
  /** The vendor's revision that it shows; undefined: it shows no state (thin and never read, a delete). */
  rev: number | undefined
  /** Of a delete: it was the hub's own. */
  ownDelete: boolean
  /** The members that it shows. */
  members: readonly string[]
}

/** What the reports say about the being of a source record. */
export interface Being {
  /** Reports that count: not older than the delete before them. */
  reports: readonly Report[]
  deleted: boolean
}
