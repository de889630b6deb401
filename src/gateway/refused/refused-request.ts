import type { HubKey } from '#config/key.ts'
import type { RawRequest } from '#connector/kit.ts'

/** What the sealed bytes are for; the same is needed to open them. */
const CONTEXT = 'refused_request'

interface Sealed {
  method: string
  path: string
  query: string
  headers: Record<string, string>
  publicUrl: string
  remoteAddress: string
  bodyBase64: string
}

/** A refused request with its credentials, sealed: everything needed to verify it again. */
export function sealRefused(key: Pick<HubKey, 'seal'>, raw: RawRequest): { sealed: Buffer; keyId: string } {
  const sealed: Sealed = {
    method: raw.method,
    path: raw.path,
    query: raw.query.toString(),
    headers: { ...raw.headers },
    publicUrl: raw.publicUrl,
    remoteAddress: raw.remoteAddress,
    bodyBase64: Buffer.from(raw.body).toString('base64'),
  }
  return key.seal(Buffer.from(JSON.stringify(sealed)), CONTEXT)
}

/** Undefined when the key is no longer known or the bytes were changed. */
export function openRefused(key: Pick<HubKey, 'open'>, sealed: Uint8Array, keyId: string): RawRequest | undefined {
  const plain = key.open(sealed, keyId, CONTEXT)
  if (plain === undefined) return undefined
  const { bodyBase64, query, ...request } = JSON.parse(plain.toString()) as Sealed
  return { ...request, query: new URLSearchParams(query), body: Buffer.from(bodyBase64, 'base64') }
}
