import { NOBODY_WATCHES, type SandboxChange, type SandboxOptions } from '#connector/sandbox.ts'
import { subscriberHash } from './member.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { MEMBER } from './settings.ts'

/** The members of the sandbox's audience: what Mailchimp keeps of one, and what it refuses. */
export interface Audience {
  members: Map<string, JsonObject>
  /** By hash, address or contact id. */
  find(id: string): JsonObject | undefined
  /** Makes or changes a member; `id`: the one that is meant, whatever address it gets. */
  write(fields: JsonObject, how: { id?: string; byApi: boolean }): Written
  archive(id: string, how?: { byApi: boolean }): void
  forget(id: string): void
  setTags(id: string, tags: readonly Json[]): void
}

export type Written =
  | { ok: true; member: JsonObject; before: JsonObject | undefined }
  | { ok: false; title: string; detail: string; code: string; field?: string }

const STATUSES = ['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional']

export function createAudience(
  listId: string,
  { nowMs = Date.now, watcher = NOBODY_WATCHES }: SandboxOptions = {},
): Audience {
  const members = new Map<string, JsonObject>()
  const forgotten = new Set<string>()
  const now = () => new Date(nowMs()).toISOString().replace(/\.\d+Z$/, '+00:00')
  let count = 0

  const find = (id: string) =>
    members.get(id) ??
    members.get(subscriberHash(id)) ??
    [...members.values()].find(member => member['contact_id'] === id)

  const note = (action: SandboxChange['action'], member: JsonObject, given: JsonObject, byApi: boolean): void =>
    watcher.changed({
      object: MEMBER,
      id: textOf(member['id']),
      action,
      author: byApi ? 'api' : 'person',
      given,
      record: member,
    })

  function fresh(email: string): JsonObject {
    count += 1
    return {
      email_address: email,
      unique_email_id: `u${count}`,
      contact_id: `c${String(count).padStart(31, '0')}`,
      web_id: 1000 + count,
      email_type: 'html',
      merge_fields: { FNAME: '', LNAME: '', ADDRESS: '', PHONE: '' },
      ip_opt: '',
      timestamp_opt: '',
      language: '',
      vip: false,
      tags: [],
      list_id: listId,
    }
  }

  return {
    members,
    find,
    write(fields, { id, byApi }) {
      const before = find(id ?? textOf(fields['email_address']))
      const email = textOf(fields['email_address']) || textOf(before?.['email_address'])
      const hash = subscriberHash(email)
      const refused = refusal(email, fields, before, { byApi, isForgotten: forgotten.has(hash) })
      if (refused !== undefined) return refused
      const base = before ?? fresh(email)
      const { tags, merge_fields: merges, ...rest } = fields
      const member: JsonObject = {
        ...base,
        ...rest,
        id: hash,
        email_address: email,
        source: base['source'] ?? (byApi ? 'API - Generic' : 'Hosted Signup Form'),
        merge_fields: { ...objectOf(base['merge_fields']), ...objectOf(merges) },
        last_changed: now(),
      }
      if (member['status'] === 'subscribed' && member['timestamp_opt'] === '') member['timestamp_opt'] = now()
      if (before === undefined) member['tags'] = namesOf(tags).map((name, at) => ({ id: at + 1, name }))
      if (before !== undefined) members.delete(textOf(before['id']))
      members.set(hash, member)
      const isNew = before === undefined || before['status'] === 'archived'
      note(isNew ? 'created' : 'updated', member, fields, byApi)
      return { ok: true, member, before }
    },
    archive(id, { byApi } = { byApi: true }) {
      const member = find(id)
      if (member === undefined) return
      const archived = { ...member, status: 'archived', last_changed: now() }
      members.set(id, archived)
      note('deleted', archived, {}, byApi)
    },
    forget(id) {
      members.delete(id)
      forgotten.add(id)
    },
    setTags(id, tags) {
      const member = find(id)
      if (member === undefined) return
      const held = new Set(
        Array.isArray(member['tags']) ? member['tags'].map(tag => textOf(objectOf(tag)['name'])) : [],
      )
      for (const tag of tags.map(objectOf)) {
        if (tag['status'] === 'inactive') held.delete(textOf(tag['name']))
        else held.add(textOf(tag['name']))
      }
      const list = [...held].map((name, at) => ({ id: at + 1, name }))
      const tagged = { ...member, tags: list, last_changed: now() }
      members.set(textOf(member['id']), tagged)
      note('updated', tagged, { tags: [...tags] }, true)
    },
  }
}

function refusal(
  email: string,
  fields: JsonObject,
  before: JsonObject | undefined,
  { byApi, isForgotten }: { byApi: boolean; isForgotten: boolean },
): Extract<Written, { ok: false }> | undefined {
  const status = textOf(fields['status'])
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
    const detail = 'Please provide a valid email address.'
    return { ok: false, title: 'Invalid Resource', detail, code: 'ERROR_GENERIC', field: 'email_address' }
  }
  if (status !== '' && !STATUSES.includes(status)) {
    const detail = `The resource submitted could not be validated.`
    return { ok: false, title: 'Invalid Resource', detail, code: 'ERROR_GENERIC', field: 'status' }
  }
  if (isForgotten) {
    const detail = `${email} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.`
    return { ok: false, title: 'Forgotten Email Not Subscribed', detail, code: 'ERROR_GENERIC' }
  }
  const held = before?.['status']
  if (byApi && status === 'subscribed' && (held === 'cleaned' || before?.['left'] === 'by itself')) {
    const detail = `${email} is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.`
    return { ok: false, title: 'Member In Compliance State', detail, code: 'ERROR_GENERIC' }
  }
  return undefined
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function namesOf(tags: Json | undefined): string[] {
  return Array.isArray(tags) ? tags.map(textOf) : []
}
