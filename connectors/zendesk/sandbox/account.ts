import { textAt } from '#connector/reply-path.ts'
import { NOBODY_WATCHES, type SandboxAuthor, type SandboxChange, type SandboxOptions } from '#connector/sandbox.ts'
import type { JsonObject } from '#model/json.ts'
import type { ObjectName } from '../objects.ts'
import { createRecords, type SandboxRecord, type Written } from './records.ts'
import { createWebhooks } from './webhooks.ts'

export type SandboxAccount = ReturnType<typeof createAccount>

/** One Zendesk account: whatever changes in it is told by webhooks, whoever changed it. */
export function createAccount(
  webhookSecret: string,
  { nowMs = Date.now, watcher = NOBODY_WATCHES }: SandboxOptions = {},
) {
  const records = createRecords(nowMs)
  const webhooks = createWebhooks(webhookSecret)

  const note = (
    object: ObjectName,
    { id, fields: record }: SandboxRecord,
    action: SandboxChange['action'],
    author: SandboxAuthor,
    more: { given?: JsonObject; loserId?: string } = {},
  ): void => watcher.changed({ given: {}, ...more, object, id: String(id), action, author, record })

  const write = (
    object: ObjectName,
    known: SandboxRecord | undefined,
    fields: JsonObject,
    author: SandboxAuthor = 'api',
  ): Written => {
    const before = known?.fields['status']
    const written = records.write(object, known, fields)
    if ('refused' in written) return written
    const { record, isNew } = written
    const status = record.fields['status']
    const happened = isNew ? 'created' : before === status ? 'custom_field_changed' : 'status_changed'
    webhooks.tell(object, happened, record)
    note(object, record, isNew ? 'created' : 'updated', author, { given: fields })
    return written
  }

  /** Matched by external id, else by mail address or name, as `create_or_update` does. */
  const upsert = (object: 'user' | 'organization', fields: JsonObject): Written => {
    const known =
      records.by(object, 'external_id', textAt(fields, 'external_id')) ??
      (object === 'user' ? records.by(object, 'email', textAt(fields, 'email')) : undefined)
    return write(object, known, fields)
  }

  const remove = (object: ObjectName, record: SandboxRecord, author: SandboxAuthor = 'api'): void => {
    const gone = object === 'ticket' ? { status: 'deleted' } : object === 'user' ? { active: false } : {}
    record.fields = {
      ...record.fields,
      ...gone,
      ...(object === 'organization' ? { deleted_at: new Date().toISOString() } : {}),
    }
    records.touch(record)
    webhooks.tell(object, object === 'ticket' ? 'soft_deleted' : 'deleted', record)
    note(object, record, 'deleted', author)
  }

  /** The losing user is gone, the losing ticket closed; the other one took over what it had. */
  const merge = (object: 'user' | 'ticket', loser: SandboxRecord, survivor: SandboxRecord): void => {
    const left = object === 'user' ? { active: false } : { status: 'closed', tags: ['closed_by_merge'] }
    loser.fields = { ...loser.fields, ...left }
    records.touch(loser)
    records.touch(survivor)
    const id = String(survivor.id)
    webhooks.tell(object, 'merged', loser, object === 'user' ? { user: { id } } : { target_ticket_id: id })
    note(object, survivor, 'merged', 'person', { loserId: String(loser.id) })
  }

  const rate = (ticket: SandboxRecord, rating: JsonObject, author: SandboxAuthor = 'api'): void => {
    ticket.fields = { ...ticket.fields, satisfaction_rating: rating }
    records.touch(ticket)
    webhooks.tell('ticket', 'csat_received', ticket)
    note('ticket', ticket, 'updated', author, { given: { satisfaction_rating: rating } })
  }

  return { records, webhooks, watcher, write, upsert, remove, merge, rate }
}
