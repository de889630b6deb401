import type { Access } from '#connector/kit.ts'
import { textAt } from '#connector/reply-path.ts'
import { exchange } from './api.ts'
import type { Settings } from './settings.ts'

/** Asks for the org's limits: any user of the API may. */
export async function check(access: Access<Settings>) {
  const result = await exchange(access, { operation: 'check', method: 'GET', path: '/limits' })
  if (result.ok) {
    const left = textAt(result.reply.json, 'DailyApiRequests.Remaining')
    return { ok: true as const, ...(left === undefined ? {} : { detail: `${left} calls left in 24 hours` }) }
  }
  const { outcome } = result
  return {
    ok: false as const,
    message: 'reason' in outcome && outcome.reason !== undefined ? outcome.reason : outcome.kind,
  }
}
