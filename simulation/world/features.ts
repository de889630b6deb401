/**
 * What the world may do. A feature starts switched off until the hub can bear it, so that the simulation stays green while
 * both grow; switching one on is the whole change.
 */
export interface Features {
  /** Text is upper-cased or cut by vendors: needs the shadow's renderings (author mark, replies) or the comparators of the configuration. */
  lossyRenderings: boolean
  /** The configuration key `author` and events that bear it. */
  authors: boolean
  /** The configuration key `objects.<o>.compare`. */
  compare: boolean
  tags: boolean
  consents: boolean
  links: boolean
  routeConditions: boolean
  /** People delete and restore records in vendors. */
  deletes: boolean
  /** People merge two records in a vendor. */
  merges: boolean
  /** Another integration copies a field between two vendors. */
  otherIntegration: boolean
  /** Writes with the version seen last; a newer one answers `conflict`. */
  conditionalWrites: boolean
  /** Vendors that reject some documents. */
  rejections: boolean
  /** Reordering across what no clock can order again. */
  clockless: boolean
  /** Operators replay events, retry deliveries, pause and resume systems. */
  operators: boolean
  /** Steward edits, merges, unmerges, verdicts, erasure. */
  stewards: boolean
  erasure: boolean
  /** Revisions of mappings, routes and policy in mid-flight. */
  publications: boolean
  /** A system with a load group that is linked in mid-flight. */
  firstLink: boolean
}

export const FEATURES: Features = {
  lossyRenderings: false,
  authors: false,
  compare: false,
  tags: true,
  consents: true,
  links: true,
  routeConditions: false,
  deletes: true,
  merges: true,
  otherIntegration: true,
  conditionalWrites: true,
  rejections: true,
  clockless: false,
  operators: true,
  stewards: false,
  erasure: false,
  publications: false,
  firstLink: false,
}
