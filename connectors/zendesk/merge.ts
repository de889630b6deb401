import type { Access, MergePair } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { call } from './api.ts'
import { delivered } from './delivered.ts'
import type { Settings } from './settings.ts'

/** Zendesk merges end users, and refuses agents; tickets are merged with comments, which is no mending of duplicates. */
export const canMerge = (object: string): boolean => object === 'user'

/** The user of the path goes into the one of the body, which keeps its id. */
export async function merge(
  access: Access<Settings>,
  object: string,
  { survivorId, loserId }: MergePair,
): Promise<Outcome> {
  if (!canMerge(object)) return { kind: 'rejected', reason: `Zendesk has no call that merges two of "${object}"` }
  const called = await call(access, 'update', {
    method: 'PUT',
    path: `/users/${encodeURIComponent(loserId)}/merge`,
    json: { user: { id: /^\d+$/.test(survivorId) ? Number(survivorId) : survivorId } },
  })
  return called.ok ? delivered(called.reply, 'user') : called.outcome
}
