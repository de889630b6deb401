import type { Access } from '#connector/kit.ts'
import { textAt } from '#connector/reply-path.ts'
import { call } from './api.ts'
import type { Settings } from './settings.ts'

/** Asks who the key belongs to, and which version of Odoo this is. */
export async function check(access: Access<Settings>) {
  const called = await call(access, { operation: 'check', model: 'res.users', method: 'context_get' })
  if (!called.ok) {
    const { outcome } = called
    return {
      ok: false as const,
      message: 'reason' in outcome && outcome.reason !== undefined ? outcome.reason : outcome.kind,
    }
  }
  const reply = await access.http.request({ method: 'GET', url: `${access.settings.url}/web/version` })
  const version = reply.ok ? textAt(reply.json, 'version') : undefined
  const user = `user ${textAt(called.result, 'uid') ?? 'unknown'}`
  return { ok: true as const, detail: version === undefined ? user : `Odoo ${version}, ${user}` }
}
