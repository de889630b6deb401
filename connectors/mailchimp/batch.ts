import type { Access, PushItem } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { listAt, textAt } from '#connector/reply-path.ts'
import { asText } from '#connector/value-path.ts'
import type { JsonObject } from '#model/json.ts'
import { callAudience } from './call.ts'
import { hashOf, memberFields, remoteState, subscriberHash } from './member.ts'
import type { Settings } from './settings.ts'
import { tagNames } from './tags.ts'

/**
 * Creates members, up to 500 in a call, with their tags. One that is there already is not touched: `exists`. The reply
 * lists members and errors by address, in no fixed order.
 */
export function createMany(access: Access<Settings>, items: readonly PushItem[]): Promise<readonly Outcome[]> {
  const { settings } = access
  const members = items.map(item => ({
    ...memberFields(item.content, item, settings),
    status: asText(item.content['status']) ?? settings.statusIfNew,
    tags: [...tagNames(item.content['tags'])],
  }))
  return sendMany(access, items, { members, update_existing: false })
}

/** Writes what changed of known members, all with a status of their own: Mailchimp wants one for each. */
export function updateMany(access: Access<Settings>, items: readonly PushItem[]): Promise<readonly Outcome[]> {
  const members = items.map(item => ({
    ...memberFields(item.changed, item, access.settings),
    email_address: item.content['email_address'] ?? null,
  }))
  return sendMany(access, items, { members, update_existing: true })
}

async function sendMany(
  access: Access<Settings>,
  items: readonly PushItem[],
  json: JsonObject,
): Promise<readonly Outcome[]> {
  const query = { skip_merge_validation: String(access.settings.skipMergeValidation) }
  const called = await callAudience(access, { operation: 'upsert', method: 'POST', path: '', query, json })
  if (!called.ok) return items.map(() => called.outcome)
  const { json: body } = called.reply
  const written = [...listAt(body, 'new_members'), ...listAt(body, 'updated_members')]
  const states = new Map(written.flatMap(member => remoteState(member) ?? []).map(one => [one.remoteId, one]))
  const errors = new Map(
    listAt(body, 'errors').map(error => [subscriberHash(textAt(error, 'email_address') ?? ''), error]),
  )
  return items.map((item): Outcome => {
    const id = hashOf(item) ?? ''
    const done = states.get(id)
    const error = errors.get(id)
    if (done !== undefined) return { kind: 'delivered', ...done }
    if (textAt(error, 'error_code') === 'ERROR_CONTACT_EXISTS') return { kind: 'exists', remoteId: id }
    if (error === undefined) return { kind: 'unknown', reason: 'the reply names neither the member nor an error' }
    const field = textAt(error, 'field')
    const reason = textAt(error, 'error') ?? textAt(error, 'error_code') ?? 'refused'
    return { kind: 'rejected', reason, ...(field === undefined ? {} : { field }) }
  })
}
