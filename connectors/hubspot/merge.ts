import type { Access, MergePair } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { textAt } from '#connector/reply-path.ts'
import { post } from './api.ts'
import { isObject, objectPath } from './objects.ts'
import type { Settings } from './settings.ts'

/** The reply is the record that is left; HubSpot may give it an id that neither had. */
export async function merge(access: Access<Settings>, object: string, pair: MergePair): Promise<Outcome> {
  if (!isObject(object))
    return { kind: 'rejected', reason: `HubSpot's object "${object}" is not known to this connector` }
  const { survivorId, loserId } = pair
  const called = await post(access, 'update', objectPath(object, '/merge'), {
    primaryObjectId: survivorId,
    objectIdToMerge: loserId,
  })
  if (!called.ok) return called.outcome
  return { kind: 'delivered', remoteId: textAt(called.reply.json, 'id') ?? survivorId }
}
