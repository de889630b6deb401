import type { Json } from '#model/json.ts'

/** Who really wrote a value in a vendor; the hub never sees this. */
export type Writer = 'person' | 'integration' | 'hub'

/** One member of a record in a vendor, with who wrote it and in which revision. */
export interface Held {
  v: Json
  by: Writer
  rev: number
}

/** A record as it stood at one moment. Every report bears `rev`, by which the judge finds the truth again. */
export interface Snapshot {
  rev: number
  system: string
  object: string
  id: string
  /** The simulated time of the change. */
  atMs: number
  /** The time that the vendor's clock showed, where it tells any. */
  vendorMs: number | undefined
  version: number | undefined
  /** Who had deleted it by then. */
  deleted: 'people' | 'hub' | undefined
  members: Readonly<Record<string, Held>>
}

/** A value that the hub asked a vendor to store, whether or not it was stored: what an echo could be of. */
export interface HubValue {
  v: Json
  atMs: number
  /** In which it was stored; of what was asked for, the one before. */
  rev: number
  /** It was asked for; whether it was stored says another one. */
  asked?: true
  /** When an answer told the hub that it, or a later one, was stored. */
  toldMs?: number
}
