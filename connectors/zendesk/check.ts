import type { Access } from '#connector/kit.ts'
import { textAt } from '#connector/reply-path.ts'
import { call } from './api.ts'
import type { Settings } from './settings.ts'

/** Proves the credentials by reading whose they are. */
export async function check(access: Access<Settings>) {
  const called = await call(access, 'check', { method: 'GET', path: '/users/me' })
  if (!called.ok) {
    const why = 'reason' in called.outcome ? called.outcome.reason : called.outcome.kind
    return { ok: false as const, message: `the credentials could not be proved: ${why}` }
  }
  const { json } = called.reply
  const role = textAt(json, 'user.role')
  // Wrong credentials are answered like a visitor's, with a user without an id.
  if (textAt(json, 'user.id') === undefined) {
    return { ok: false as const, message: 'Zendesk does not know these credentials' }
  }
  return { ok: true as const, detail: `signed in as ${textAt(json, 'user.name') ?? 'somebody'} (${role ?? 'no role'})` }
}
