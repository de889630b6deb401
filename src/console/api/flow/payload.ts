import type { components } from '../../api.gen.ts'

type Payload = components['schemas']['Payload']

/** What is shown of one payload; the rest stays in the database. */
const SHOWN_BYTES_MAX = 256 * 1024
const JSON_TYPE = /[/+]json\b/i

/** Bytes as people read them: parsed where they are JSON, text where they are valid UTF-8, otherwise only their size. */
export function showPayload(bytes: Uint8Array | null, contentType: string | null): Payload {
  if (bytes === null) return { bytes: 0, truncated: false }
  const truncated = bytes.length > SHOWN_BYTES_MAX
  const shown = truncated ? bytes.subarray(0, SHOWN_BYTES_MAX) : bytes
  const text = decode(shown, truncated)
  const base = { bytes: bytes.length, truncated }
  if (text === undefined) return base
  if (!truncated && (contentType === null || JSON_TYPE.test(contentType))) {
    try {
      return { ...base, json: JSON.parse(text) }
    } catch {
      // Not JSON after all: shown as text.
    }
  }
  return { ...base, text }
}

function decode(bytes: Uint8Array, cut: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut })
  } catch {
    return undefined
  }
}
