import type { RefusalCode, Verdict } from '../kit.ts'

export function refused(code: RefusalCode, message: string): Verdict {
  return { ok: false, code, message }
}

/** No live secret fits; says so when there is none at all. */
export function wrongSignature(live: readonly string[]): Verdict {
  return refused(
    'signature_wrong',
    live.length === 0 ? 'no webhookSecret is configured' : 'no signature matches a configured secret',
  )
}
