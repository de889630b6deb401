import { timingSafeEqual } from 'node:crypto'
import type { Json } from '#model/json.ts'
import type { HubKey } from './key.ts'

/**
 * Cursors, confirmations and links in notices are opaque texts `<content>.<signature>`, signed with the hub key: what comes back is what
 * was given out, for the same purpose and the same filters.
 */
export interface Signer {
  sign(purpose: string, content: Json): string
  /** Undefined when the text was not given out for this purpose. */
  read(purpose: string, text: string): Json | undefined
}

const SIGNATURE_BYTES = 16

export function createSigner(key: Pick<HubKey, 'hashes'>): Signer {
  const signatures = (purpose: string, content: string): Buffer[] =>
    key.hashes(`console/${purpose}`, content).map(hash => hash.subarray(0, SIGNATURE_BYTES))
  return {
    sign(purpose, content) {
      const text = Buffer.from(JSON.stringify(content)).toString('base64url')
      return `${text}.${signatures(purpose, text)[0]?.toString('base64url') ?? ''}`
    },
    read(purpose, text) {
      const [content = '', signature = ''] = text.split('.')
      const given = Buffer.from(signature, 'base64url')
      if (given.length !== SIGNATURE_BYTES) return undefined
      if (!signatures(purpose, content).some(expected => timingSafeEqual(expected, given))) return undefined
      return JSON.parse(Buffer.from(content, 'base64url').toString('utf8'))
    },
  }
}
