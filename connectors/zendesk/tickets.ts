import type { Access, PushItem } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { call, type Called } from './api.ts'
import { delivered } from './delivered.ts'
import type { Settings } from './settings.ts'

/**
 * Writes one ticket, and then what its customer said about it. Zendesk has no upsert of tickets: a create bears the hub's
 * idempotency key, under which Zendesk makes no second ticket for two hours, and its own id, by which it is found later.
 */
export async function writeTicket(access: Access<Settings>, item: PushItem): Promise<Outcome> {
  const { satisfaction_rating: rating, ...fields } = item.remoteId === undefined ? item.content : item.changed
  const written = await writeFields(access, item, fields)
  if (written.kind !== 'delivered' || !isJsonObject(rating)) return written
  const rated = await rate(access, written.remoteId, rating)
  if (rated.ok) return written
  // A new ticket is there whatever became of its rating: linked first, then written as a known one.
  if (item.remoteId === undefined) return { kind: 'exists', remoteId: written.remoteId }
  return rated.outcome.kind === 'rejected' ? { ...rated.outcome, field: 'satisfaction_rating' } : rated.outcome
}

async function writeFields(
  access: Access<Settings>,
  { remoteId, externalId, idempotencyKey }: PushItem,
  fields: JsonObject,
): Promise<Outcome> {
  if (remoteId === undefined) {
    const called = await call(access, 'create', {
      method: 'POST',
      path: '/tickets',
      headers: { 'idempotency-key': idempotencyKey },
      json: { ticket: { ...fields, external_id: externalId } },
    })
    return outcomeOf(called)
  }
  // The comment is a ticket's first words; with an update it would be said once more.
  const { comment: _, ...changed } = fields
  if (Object.keys(changed).length === 0) return { kind: 'delivered', remoteId }
  const path = `/tickets/${encodeURIComponent(remoteId)}`
  return outcomeOf(await call(access, 'update', { method: 'PUT', path, json: { ticket: changed } }))
}

function outcomeOf(called: Called): Outcome {
  return called.ok ? delivered(called.reply, 'ticket') : called.outcome
}

function rate(access: Access<Settings>, ticketId: string, rating: Json): Promise<Called> {
  const path = `/tickets/${encodeURIComponent(ticketId)}/satisfaction_rating`
  return call(access, 'update', { method: 'POST', path, json: { satisfaction_rating: rating } })
}
