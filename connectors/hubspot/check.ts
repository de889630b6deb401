import type { Access } from '#connector/kit.ts'
import { valueAt } from '#connector/reply-path.ts'
import { call } from './api.ts'
import { objectPath, OBJECTS, propertyPath, type ObjectName } from './objects.ts'
import type { Settings } from './settings.ts'

/** Proves the credentials by a read of one contact, and looks whether the property for the hub's own id is there and unique. */
export async function check(access: Access<Settings>) {
  const query = { limit: '1' }
  const called = await call(access, 'check', { method: 'GET', path: objectPath('contact'), query })
  if (!called.ok) {
    const why = 'reason' in called.outcome ? called.outcome.reason : called.outcome.kind
    return { ok: false as const, message: `the credentials could not be proved: ${why}` }
  }
  const { idProperty } = access.settings
  if (idProperty === null) return { ok: true as const }
  const states = await Promise.all(
    OBJECTS.map(async object => `${object}: ${await stateOf(access, object, idProperty)}`),
  )
  return { ok: true as const, detail: `property ${idProperty}: ${states.join(', ')}` }
}

async function stateOf(access: Access<Settings>, object: ObjectName, property: string): Promise<string> {
  const called = await call(access, 'read', { method: 'GET', path: propertyPath(object, property) })
  if (called.ok) return valueAt(called.reply.json, 'hasUniqueValue') === true ? 'ready' : 'NOT UNIQUE, make it so'
  return called.outcome.kind === 'gone' ? 'missing, needed only where a route writes' : 'could not be read'
}
