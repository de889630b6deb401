import type { Access, PushItem } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { Variables } from '#connector/template.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { sendBatch } from './batch.ts'
import type { Operation } from './classify.ts'
import { exchange } from './exchange.ts'
import { textAt, valueAt } from './reply-path.ts'
import type { ApiSettings, ObjectSettings, WriteSettings } from './settings.ts'

export function objectSettings(settings: ApiSettings, object: string): ObjectSettings | undefined {
  return Object.hasOwn(settings.objects, object) ? settings.objects[object] : undefined
}

export function batchMax(object: string, settings: ApiSettings): number {
  const batch = objectSettings(settings, object)?.batch
  return Math.max(1, ...[batch?.create, batch?.update, batch?.upsert].map(part => part?.max ?? 1))
}

/** Writes items by the configured batch calls where they fit, else one by one; one outcome per item, in order. */
export async function upsert(
  access: Access<ApiSettings>,
  object: string,
  items: readonly PushItem[],
): Promise<readonly Outcome[]> {
  const configured = objectSettings(access.settings, object)
  if (!configured) return items.map(() => notConfigured(object, 'write'))
  const outcomes = new Map<PushItem, Outcome>()
  const groups = Map.groupBy(items, item => batchKind(configured, item))
  for (const [kind, group] of groups) {
    const batch = kind === 'single' ? undefined : configured.batch[kind]
    for (const part of batch ? chunks(group, batch.max) : group.map(item => [item])) {
      const results =
        batch && kind !== 'single'
          ? await sendBatch(access, { name: `objects.${object}.batch.${kind}`, kind, batch, configured, items: part })
          : await Promise.all(part.map(item => writeOne(access, object, configured, item)))
      part.forEach((item, index) => outcomes.set(item, results[index] ?? missingOutcome))
    }
  }
  return items.map(item => outcomes.get(item) ?? missingOutcome)
}

const missingOutcome: Outcome = { kind: 'unknown', reason: 'no outcome for this item' }

type BatchKind = 'create' | 'update' | 'upsert'

function batchKind({ batch }: ObjectSettings, item: PushItem): BatchKind | 'single' {
  const specific = item.remoteId === undefined ? 'create' : 'update'
  return batch[specific] ? specific : batch.upsert ? 'upsert' : 'single'
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const parts: Item[][] = []
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size))
  return parts
}

async function writeOne(
  access: Access<ApiSettings>,
  object: string,
  configured: ObjectSettings,
  item: PushItem,
): Promise<Outcome> {
  const operation: Operation =
    item.remoteId !== undefined && configured.update ? 'update' : configured.upsert ? 'upsert' : 'create'
  if (operation === 'create' && item.remoteId !== undefined) return notConfigured(object, 'update')
  const call = configured[operation]
  if (!call) return notConfigured(object, operation)
  const result = await exchange(access, {
    operation,
    name: `objects.${object}.${operation}`,
    call,
    objectRules: configured.rules,
    variables: itemVariables(item),
  })
  if (!result.ok) return withRemoteId(result.outcome, item.remoteId)
  return deliveredBy(result.reply.json, { configured, write: call, known: item.remoteId })
}

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
  return {
    kind: 'delivered',
    remoteId,
    ...(isJsonObject(record) ? { state: record } : {}),
    ...(version === undefined ? {} : { version }),
  }
}

/** A rule may call a reply `delivered` without naming the id: then it is the one that was written to. */
export function withRemoteId(outcome: Outcome, known: string | undefined): Outcome {
  if (outcome.kind !== 'delivered' || outcome.remoteId !== '') return outcome
  return known === undefined
    ? { kind: 'unknown', reason: 'the write succeeded, but its reply has no id' }
    : { ...outcome, remoteId: known }
}

export async function remove(
  access: Access<ApiSettings>,
  object: string,
  items: readonly PushItem[],
  how: 'delete' | 'archive',
): Promise<readonly Outcome[]> {
  const configured = objectSettings(access.settings, object)
  const call = configured?.[how]
  const outcomes: Outcome[] = []
  for (const item of items) {
    if (!configured || !call) outcomes.push(notConfigured(object, how))
    else if (item.remoteId === undefined) outcomes.push({ kind: 'gone' })
    else {
      const name = `objects.${object}.${how}`
      const result = await exchange(access, {
        operation: how,
        name,
        call,
        objectRules: configured.rules,
        variables: itemVariables(item),
      })
      outcomes.push(
        result.ok ? { kind: 'delivered', remoteId: item.remoteId } : withRemoteId(result.outcome, item.remoteId),
      )
    }
  }
  return outcomes
}

function notConfigured(object: string, what: string): Outcome {
  return { kind: 'rejected', reason: `objects.${object} has no call for "${what}"` }
}
