import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { refusedAddress } from './address-guard.ts'
import { createRedactor, redactUrl, type Exchange } from '../exchange.ts'
import type { Network } from '../kit.ts'

export interface NetworkOptions {
  /** Whether private and loopback addresses may be connected to; link-local and metadata addresses never. */
  allowPrivate: boolean
  /** Values to redact from records wherever they occur. */
  secrets: readonly string[]
  record: (exchange: Exchange) => void
}

/**
 * What the HTTP client does for HTTP: names are resolved once, and what was checked is what is connected to (with the
 * name as TLS server name).
 */
export function createNetwork({ allowPrivate, secrets, record }: NetworkOptions): Network {
  const redact = createRedactor(secrets)
  return {
    async resolve(host) {
      const found = await addressesOf(host)
      const allowed = found.find(address => refusedAddress(address, allowPrivate) === undefined)
      if (allowed !== undefined) return { ok: true, address: allowed }
      const [first] = found
      const why = first === undefined ? 'has no address' : (refusedAddress(first, allowPrivate) ?? 'is refused')
      return { ok: false, message: `${host}: ${why}`, refused: first !== undefined }
    },
    record({ url, request, response, ...rest }) {
      record({
        ...rest,
        url: redactUrl(url, redact),
        ...(request === undefined ? {} : { request: redact(request) }),
        ...(response === undefined ? {} : { response: redact(response) }),
      })
    },
  }
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host]
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}
