import type { Access } from '#connector/kit.ts'
import { listAt, textAt, valueAt } from '#connector/reply-path.ts'
import { exchange } from './api.ts'
import { formOf, type Settings } from './settings.ts'

/** What routes most often write; whether the field for the hub's id is ready there is told, not demanded. */
const WRITTEN = ['Account', 'Contact', 'Lead', 'Opportunity']

/** Asks for the org's limits, which any user of the API may, and looks whether the field for the hub's id is there. */
export async function check(access: Access<Settings>) {
  const result = await exchange(access, { operation: 'check', method: 'GET', path: '/limits' })
  if (!result.ok) {
    const { outcome } = result
    const why = 'reason' in outcome && outcome.reason !== undefined ? outcome.reason : outcome.kind
    return { ok: false as const, message: `the credentials could not be proved: ${why}` }
  }
  const left = textAt(result.reply.json, 'DailyApiRequests.Remaining') ?? 'an unknown number of'
  const states = await Promise.all(WRITTEN.map(async object => `${object}: ${await fieldState(access, object)}`))
  const field = `${access.settings.externalIdField} of ${states.join(', ')}`
  return { ok: true as const, detail: `${left} calls left in 24 hours; ${field}` }
}

async function fieldState(access: Access<Settings>, object: string): Promise<string> {
  const described = await exchange(access, { operation: 'read', method: 'GET', path: `/sobjects/${object}/describe` })
  if (!described.ok) return 'could not be read'
  const { externalIdField } = formOf(access.settings, object)
  const field = listAt(described.reply.json, 'fields').find(one => textAt(one, 'name') === externalIdField)
  if (field === undefined) return 'missing, needed where a route writes'
  const isReady = valueAt(field, 'externalId') === true && valueAt(field, 'unique') === true
  return isReady ? 'ready' : 'NOT UNIQUE OR NO EXTERNAL ID, make it so'
}
