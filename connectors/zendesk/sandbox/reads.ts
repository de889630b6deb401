import { textAt } from '#connector/reply-path.ts'
import type { SandboxAnswer } from '#connector/sandbox.ts'
import type { JsonObject } from '#model/json.ts'
import { plural, type ObjectName } from '../objects.ts'
import type { SandboxAccount } from './account.ts'
import type { SandboxRecord } from './records.ts'

export const NOT_FOUND: SandboxAnswer = { status: 404, json: { error: 'RecordNotFound', description: 'Not found' } }

/** What a GET below an object's path shows: one record, many by ids, a search, or a page of the list. */
export function read(
  { records }: SandboxAccount,
  object: ObjectName,
  query: URLSearchParams,
  rest: string,
): SandboxAnswer {
  const list = (found: readonly SandboxRecord[]): SandboxAnswer => ({
    status: 200,
    json: { [plural(object)]: found.map(({ fields }) => fields), count: found.length },
  })
  const listed = (name: string): string[] => (query.get(name) ?? '').split(',').filter(Boolean)
  if (rest === 'show_many' && query.has('external_ids')) {
    return list(listed('external_ids').flatMap(id => records.by(object, 'external_id', id) ?? []))
  }
  if (rest === 'show_many') return list(listed('ids').flatMap(id => records.get(object, id) ?? []))
  if (rest === 'search' && object === 'user') {
    const mails = [...(query.get('query') ?? '').matchAll(/email:"([^"]*)"/g)].map(([, mail]) => mail)
    return list(mails.flatMap(mail => records.by('user', 'email', mail) ?? []))
  }
  if (rest === 'search')
    return list(records.living(object).filter(({ fields }) => startsAlike(fields, query.get('name'))))
  if (rest === '' && query.has('external_id')) {
    return list(records.living(object).filter(({ fields }) => fields['external_id'] === query.get('external_id')))
  }
  if (rest === '') return paged(object, records.living(object), query)
  const one = records.get(object, rest)
  return one === undefined ? NOT_FOUND : { status: 200, json: { [object]: one.fields } }
}

/** Searches by name find what begins alike as well. */
function startsAlike(fields: JsonObject, name: string | null): boolean {
  return name !== null && (textAt(fields, 'name') ?? '').toLowerCase().startsWith(name.toLowerCase())
}

function paged(object: ObjectName, records: readonly SandboxRecord[], query: URLSearchParams): SandboxAnswer {
  const start = Number(query.get('page[after]') ?? 0)
  const end = start + Number(query.get('page[size]') ?? 100)
  const meta = { has_more: end < records.length, after_cursor: String(end), before_cursor: null }
  return { status: 200, json: { [plural(object)]: records.slice(start, end).map(({ fields }) => fields), meta } }
}
