import { retryOf } from '#connector/classify.ts'
import type { Access } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { Settings } from './settings.ts'

export interface Dialled {
  ok: true
  /** What to connect to; the name is for TLS. */
  address: string
  timeoutMs: number
}

/** Below the manifest's time-out, which is that of a whole call. */
const STEP_TIMEOUT_MS = 20_000

/** The address of a mail server, under the guard that all outgoing connections stand. */
export async function dial(
  { network }: Access<Settings>,
  { host }: { host: string },
): Promise<Dialled | { ok: false; outcome: Outcome }> {
  const found = await network?.resolve(host)
  if (found?.ok === true) return { ok: true, address: found.address, timeoutMs: STEP_TIMEOUT_MS }
  const reason = found?.message ?? 'no connection but HTTP is possible here'
  return { ok: false, outcome: found?.refused === true ? { kind: 'disconnected', reason } : retryOf(reason) }
}
