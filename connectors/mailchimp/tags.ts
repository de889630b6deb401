import type { Access, PushItem } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { listAt, textAt } from '#connector/reply-path.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { callAudience } from './call.ts'
import type { Settings } from './settings.ts'

/** Names of tags; content has them as Mailchimp shows them, `[{ name }]`. */
export function tagNames(tags: Json | undefined): readonly string[] {
  return Array.isArray(tags) ? tags.flatMap(tag => textAt(tag, 'name') ?? []) : []
}

/**
 * What an item changes of the tags: those of its content are set; taken away are only those that our last write held and
 * this one does not, so that a tag which somebody set in Mailchimp meanwhile stays.
 */
export function tagChanges({ content, changed, sent }: PushItem): { name: string; status: 'active' | 'inactive' }[] {
  if (changed['tags'] === undefined) return []
  const wanted = tagNames(content['tags'])
  const dropped = tagNames(sent?.['tags']).filter(name => !wanted.includes(name))
  return [
    ...wanted.map(name => ({ name, status: 'active' as const })),
    ...dropped.map(name => ({ name, status: 'inactive' as const })),
  ]
}

/** Writes the tags of a member that is there; undefined: done, or nothing to do. */
export async function writeTags(
  access: Access<Settings>,
  remoteId: string,
  changes: ReturnType<typeof tagChanges>,
): Promise<Outcome | undefined> {
  if (changes.length === 0) return undefined
  const path = `/members/${remoteId}/tags`
  const called = await callAudience(access, { operation: 'update', method: 'POST', path, json: { tags: changes } })
  return called.ok ? undefined : called.outcome
}

/** A member as it is after its tags were written, which Mailchimp's answer does not show. */
export function withTags(state: JsonObject, changes: ReturnType<typeof tagChanges>): JsonObject {
  if (changes.length === 0) return state
  const before = listAt(state, 'tags').filter(tag => !changes.some(({ name }) => name === textAt(tag, 'name')))
  const set = changes.filter(({ status }) => status === 'active').map(({ name }) => ({ name }))
  return { ...state, tags: [...before, ...set] }
}
