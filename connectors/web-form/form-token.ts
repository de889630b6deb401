import { digestMatches, hmacDigest } from '#connector/signature.ts'

/** A signed time: proves that a form was opened by someone, when, and not that long ago. */
export function issueToken(system: string, nowMs: number, key: string): string {
  const issued = String(Math.floor(nowMs))
  return `${issued}.${digestOf(system, issued, key).toString('base64url')}`
}

export type TokenVerdict = { ok: true; ageMs: number } | { ok: false; code: 'wrong' | 'stale' }

/** Checks a token by any live key. A token of another system is wrong. */
export function checkToken(
  system: string,
  token: string,
  keys: readonly string[],
  maxAgeMs: number,
  nowMs: number,
): TokenVerdict {
  const [issued = '', digest = ''] = token.split('.', 2)
  if (!/^\d{10,15}$/.test(issued)) return { ok: false, code: 'wrong' }
  let valid = false
  for (const key of keys) {
    if (key !== '' && digestMatches(digestOf(system, issued, key), digest, 'base64url')) valid = true
  }
  if (!valid) return { ok: false, code: 'wrong' }
  const ageMs = nowMs - Number(issued)
  return ageMs > maxAgeMs || ageMs < -60_000 ? { ok: false, code: 'stale' } : { ok: true, ageMs }
}

function digestOf(system: string, issued: string, key: string): Buffer {
  return hmacDigest('sha256', Buffer.from(key), [`patchbay-form\n${system}\n${issued}`])
}
