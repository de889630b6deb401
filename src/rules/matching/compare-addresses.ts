import { type Context, type Finding, usualU } from './finding.ts'
import type { AddressParts } from './normal/address.ts'
import { rareOverlap } from './rare-overlap.ts'
import { editDistance, jaroWinkler } from './normal/similarity.ts'

export function compareAddresses(left: AddressParts, right: AddressParts, context: Context): Finding[] {
  return [
    ...postcodes(left.postcode, right.postcode, context),
    ...cities(left, right, context),
    ...houses(left, right, context),
    ...streets(left, right, context),
  ]
}

function postcodes(left: string | undefined, right: string | undefined, context: Context): Finding[] {
  if (left === undefined || right === undefined) return []
  const texts = { comparison: 'postcode' as const, left, right }
  if (left === right)
    return [{ ...texts, level: 'exact', u: context.frequency('postcode', left, usualU(context, 'postcode', 'exact')) }]
  if (editDistance(left, right, 1) <= 1) return [{ ...texts, level: 'slip' }]
  return [{ ...texts, level: left.slice(0, 3) === right.slice(0, 3) ? 'area' : 'differs' }]
}

function cities(left: AddressParts, right: AddressParts, context: Context): Finding[] {
  const [a, b] = [left.city, right.city]
  if (a === undefined || b === undefined) return []
  const texts = { comparison: 'city' as const, left: a, right: b }
  if (a === b) return [{ ...texts, level: 'exact', u: context.frequency('city', a, usualU(context, 'city', 'exact')) }]
  return [{ ...texts, level: jaroWinkler(a, b) > 0.88 || editDistance(a, b, 2) <= 1 ? 'similar' : 'differs' }]
}

function houses(left: AddressParts, right: AddressParts, context: Context): Finding[] {
  const [a, b] = [left.house, right.house]
  if (a === undefined || b === undefined) return []
  const texts = { comparison: 'house' as const, left: a, right: b }
  return [
    a === b
      ? { ...texts, level: 'exact', u: context.frequency('house', a, usualU(context, 'house', 'exact')) }
      : { ...texts, level: 'differs' },
  ]
}

function streets(left: AddressParts, right: AddressParts, context: Context): Finding[] {
  if (left.street.length === 0 || right.street.length === 0) return []
  const texts = { comparison: 'street' as const, left: left.street.join(' '), right: right.street.join(' ') }
  const usual = usualU(context, 'street', 'exact')
  const overlap = rareOverlap(left.street, right.street, word => context.frequency('street', word, usual * 2), isClose)
  if (overlap.share > 0.95) return [{ ...texts, level: 'exact', u: agreementU(overlap.bits, usual / 8) }]
  if (overlap.share > 0.6) return [{ ...texts, level: 'similar', u: agreementU(overlap.bits, usual) }]
  return [{ ...texts, level: overlap.share > 0.3 ? 'part' : 'differs' }]
}

/** How likely strangers share words of this rarity, not below `least`: words of one street come together. */
function agreementU(bits: number, least: number): number {
  return Math.min(0.4, Math.max(2 ** -(bits * 0.75), least))
}

function isClose(left: string, right: string): boolean {
  return left.length > 3 && right.length > 3 && (editDistance(left, right, 1) <= 1 || jaroWinkler(left, right) > 0.9)
}
