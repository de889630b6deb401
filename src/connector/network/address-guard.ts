import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Names of cloud metadata services beyond the link-local range; refused whatever the settings say. */
const METADATA = new Set(['100.100.100.200', '168.63.129.16', 'fd00:ec2:0:0:0:0:0:254'])

/** Ranges of home and company networks and of this machine: allowed only where the operator says so. */
const PRIVATE_RANGES = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat'])

/**
 * Why an address must not be called, undefined when it may. Everything that is not plain public unicast is refused:
 * link-local, multicast, reserved, tunnels that hide another address. IPv4 inside IPv6 is judged as IPv4.
 */
export function refusedAddress(address: string, allowPrivate: boolean): string | undefined {
  const parsed = parseAddress(address)
  if (parsed === undefined) return `${address} is not an IP address`
  const range: string = parsed.range()
  if (METADATA.has(parsed.toNormalizedString())) return `${address} is a metadata address, which is never called`
  if (range === 'unicast') return undefined
  if (PRIVATE_RANGES.has(range)) {
    if (allowPrivate) return undefined
    return `${address} is a private address (${range}); set hub.allowPrivateAddresses to call systems in your own network`
  }
  return `${address} is a ${range} address, which is never called`
}

function parseAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  if (isIP(bare) === 0) return undefined
  const parsed = ipaddr.process(bare)
  // NAT64 (RFC 6052) carries an IPv4 address in its last four bytes.
  if (parsed.kind() === 'ipv6' && parsed.range() === 'rfc6052') {
    return ipaddr.fromByteArray(parsed.toByteArray().slice(12))
  }
  return parsed
}

/** The address guard's own error; its code tells it from failures of the network. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED'
}

/**
 * A DNS look-up for `net.connect` that answers only addresses which may be called, so that what was checked is what is
 * connected to, and a name cannot change between the two.
 */
export function guardedLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (problem, addresses: LookupAddress[]) => {
      if (problem) return callback(problem, '', 0)
      const allowed = addresses.filter(a => refusedAddress(a.address, allowPrivate) === undefined)
      const first = allowed[0]
      if (first === undefined) {
        const why = refusedAddress(addresses[0]?.address ?? '', allowPrivate) ?? 'no address'
        return callback(new AddressRefused(`${hostname} resolves to ${why}`), '', 0)
      }
      if (options.all === true) return callback(null, allowed)
      return callback(null, first.address, first.family)
    })
  }
}
