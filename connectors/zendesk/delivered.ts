import type { HttpReply } from '#connector/network/http.ts'
import type { Outcome } from '#connector/outcome.ts'
import { valueAt } from '#connector/reply-path.ts'
import type { ObjectName } from './objects.ts'
import { remoteState } from './record.ts'

/** A write that succeeded: the reply holds the whole record as Zendesk renders it. */
export function delivered({ json }: HttpReply, object: ObjectName): Outcome {
  const [record] = remoteState(valueAt(json, object) ?? null)
  if (record === undefined) return { kind: 'unknown', reason: `the reply has no ${object}` }
  const { remoteId, state, modifiedAtMs } = record
  return { kind: 'delivered', remoteId, state, ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }) }
}
