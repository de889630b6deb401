/** No vendor's wish puts a delivery off for longer. */
const AFTER_MAX_MS = 24 * 3600_000

/** When to try again by a Retry-After header (RFC 9110: seconds or an HTTP date), as epoch ms, at most a day ahead. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  const atMs = /^\d+(\.\d+)?$/.test(text) ? nowMs + Number(text) * 1000 : Date.parse(text)
  if (Number.isNaN(atMs)) return undefined
  return Math.min(Math.max(Math.round(atMs), nowMs), nowMs + AFTER_MAX_MS)
}
