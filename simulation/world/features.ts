import type { SimRandom } from '../contract.ts'

/** What the world of one seed may do. */
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
  /** Stewards set and release fields, merge and unmerge customers, and say who is never the same. */
  stewards: boolean
  erasure: boolean
  /** Revisions of mappings, routes and policy in mid-flight. */
  publications: boolean
  /** A system with a load group that is linked in mid-flight. */
  firstLink: boolean
  /** A low limit of the brake, and people who change or delete many records at once. */
  brake: boolean
}

/**
 * In how many of all seeds a feature is on. One that the hub cannot bear yet has 0, so that the simulation stays green while
 * both grow; what makes a run long or its story hard to read is in some seeds only.
 */
const SHARES: Readonly<Record<keyof Features, number>> = {
  lossyRenderings: 0.3,
  authors: 0.3,
  compare: 1,
  tags: 1,
  consents: 1,
  links: 1,
  routeConditions: 0.25,
  deletes: 1,
  merges: 1,
  otherIntegration: 1,
  conditionalWrites: 1,
  rejections: 1,
  clockless: 0.3,
  operators: 1,
  stewards: 0.25,
  erasure: 0.15,
  publications: 0.2,
  firstLink: 0.2,
  brake: 0.15,
}

/** Each feature is drawn by itself, so that another share of one leaves seeds without it as they were. */
export function drawFeatures(streamOf: (name: string) => SimRandom): Features {
  const isOn = (name: keyof Features): boolean => streamOf(`feature ${name}`).next() < SHARES[name]
  return {
    lossyRenderings: isOn('lossyRenderings'),
    authors: isOn('authors'),
    compare: isOn('compare'),
    tags: isOn('tags'),
    consents: isOn('consents'),
    links: isOn('links'),
    routeConditions: isOn('routeConditions'),
    deletes: isOn('deletes'),
    merges: isOn('merges'),
    otherIntegration: isOn('otherIntegration'),
    conditionalWrites: isOn('conditionalWrites'),
    rejections: isOn('rejections'),
    clockless: isOn('clockless'),
    operators: isOn('operators'),
    stewards: isOn('stewards'),
    erasure: isOn('erasure'),
    publications: isOn('publications'),
    firstLink: isOn('firstLink'),
    brake: isOn('brake'),
  }
}
