import type { PushItem } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { Variables } from '#connector/template.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { textAt, timeAt, valueAt } from '#connector/reply-path.ts'
import type { ObjectSettings, WriteSettings } from './settings.ts'

/** What templates know about one item. */
export function itemVariables(item: PushItem): Variables & JsonObject {
  const variables: JsonObject = {
    content: item.content,
    changed: item.changed,
    externalId: item.externalId,
    idempotencyKey: item.idempotencyKey,
  }
  if (item.remoteId !== undefined) variables.remoteId = item.remoteId
  if (item.version !== undefined) variables.version = item.version
  return variables
}

/** A successful write: its id from the reply (or known before), and the vendor's rendering where the reply has it. */
export function deliveredBy(
  reply: Json | undefined,
  {
    configured,
    write,
    known,
  }: { configured: ObjectSettings; write: Pick<WriteSettings, 'record' | 'id'>; known: string | undefined },
): Outcome {
  const record = write.record === undefined ? undefined : valueAt(reply, write.record)
  const remoteId = textAt(record ?? reply, write.id ?? configured.id) ?? known
  if (remoteId === undefined)
    return { kind: 'unknown', reason: `the write succeeded, but its reply has no id at "${write.id ?? configured.id}"` }
  const version = configured.version === undefined ? undefined : textAt(record, configured.version)
  const modifiedAtMs = configured.modified === undefined ? undefined : timeAt(record, configured.modified)
  return {
    kind: 'delivered',
    remoteId,
    ...(isJsonObject(record) ? { state: record } : {}),
    ...(version === undefined ? {} : { version }),
    ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }),
  }
}

/** The id that a record is known by before its reply; undefined for one that the vendor is still to name. */
export function knownId({ ownIds }: ObjectSettings, { remoteId, externalId }: PushItem): string | undefined {
  return remoteId ?? (ownIds ? externalId : undefined)
}

/** A rule may call a reply `delivered` without naming the id: then it is the one that was written to. */
export function withRemoteId(outcome: Outcome, known: string | undefined): Outcome {
  if (outcome.kind !== 'delivered' || outcome.remoteId !== '') return outcome
  return known === undefined
    ? { kind: 'unknown', reason: 'the write succeeded, but its reply has no id' }
    : { ...outcome, remoteId: known }
}
