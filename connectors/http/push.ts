import { chunks } from '#connector/batch.ts'
import type { Operation } from '#connector/classify.ts'
import type { Access, PushItem } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { sendBatch } from './batch.ts'
import { exchange } from './exchange.ts'
import { deliveredBy, itemVariables, knownId, withRemoteId } from './item.ts'
import type { ApiSettings, ObjectSettings } from './settings.ts'

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
  const known = knownId(configured, item)
  return result.ok
    ? deliveredBy(result.reply.json, { configured, write: call, known })
    : withRemoteId(result.outcome, known)
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
