import { chunks } from '#connector/batch.ts'
import type { Access, FindQuery, RemoteState } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { textAt } from '#connector/reply-path.ts'
import { assertNever } from '#model/assert.ts'
import { call, type Request } from './api.ts'
import { isObject, plural, type ObjectName } from './objects.ts'
import { READ_MAX } from './pull.ts'
import { remoteStates } from './record.ts'
import type { Settings } from './settings.ts'

type Found = { ok: true; found: readonly (readonly string[])[] } | { ok: false; outcome: Outcome }

/** A member by which records are looked for, so many in one call. */
interface Key {
  member: 'external_id' | 'email' | 'name'
  max: number
  valueOf: (query: FindQuery) => string | undefined
  request: (values: readonly string[]) => Request
}

/** Looks by the hub's own id, then for users by mail address and for organizations by name. */
export async function find(access: Access<Settings>, object: string, queries: readonly FindQuery[]): Promise<Found> {
  const found: (readonly string[])[] = queries.map(() => [])
  if (!isObject(object)) return { ok: true, found }
  for (const key of keysOf(object)) {
    const open = queries.flatMap((query, index) => {
      const value = found[index]?.length === 0 ? key.valueOf(query) : undefined
      return value === undefined ? [] : [{ index, value }]
    })
    for (const part of chunks(open, key.max)) {
      const looked = await recordsBy(access, object, key.request(part.map(({ value }) => value)))
      if (!looked.ok) return looked
      for (const { index, value } of part) found[index] = idsWith(looked.records, key, value)
    }
  }
  return { ok: true, found }
}

function keysOf(object: ObjectName): Key[] {
  const path = `/${plural(object)}`
  const own = { member: 'external_id', valueOf: (query: FindQuery) => query.externalId } as const
  const text = (member: string) => (query: FindQuery) => textAt(query.content, member)
  switch (object) {
    case 'ticket':
      return [{ ...own, max: 1, request: ([id = '']) => get(path, { external_id: id }) }]
    case 'user':
      return [
        { ...own, max: READ_MAX, request: ids => get(`${path}/show_many`, { external_ids: ids.join(',') }) },
        {
          member: 'email',
          max: 10,
          valueOf: text('email'),
          // Terms of one kind are alternatives.
          request: mails => get(`${path}/search`, { query: mails.map(mail => `email:"${bare(mail)}"`).join(' ') }),
        },
      ]
    case 'organization':
      return [
        { ...own, max: READ_MAX, request: ids => get(`${path}/show_many`, { external_ids: ids.join(',') }) },
        { member: 'name', max: 1, valueOf: text('name'), request: ([name = '']) => get(`${path}/search`, { name }) },
      ]
    default:
      return assertNever(object)
  }
}

function get(path: string, query: Record<string, string>): Request {
  return { method: 'GET', path, query }
}

function bare(text: string): string {
  return text.replaceAll('"', '')
}

async function recordsBy(access: Access<Settings>, object: ObjectName, request: Request) {
  const called = await call(access, 'find', request)
  if (!called.ok && called.outcome.kind !== 'gone') return called
  const records = called.ok ? remoteStates(object, called.reply.json) : []
  return { ok: true as const, records: records.filter(record => record.deleted !== true) }
}

/** A search finds what is alike as well; only what is the same counts. */
function idsWith(records: readonly RemoteState[], { member }: Key, value: string): string[] {
  const same = records.filter(({ state }) => textAt(state, member)?.toLowerCase() === value.toLowerCase())
  return same.map(({ remoteId }) => remoteId)
}
