import type { Access, PushItem, PushPart } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { call } from './api.ts'
import { find } from './find.ts'
import { canMerge, merge } from './merge.ts'
import { isObject, plural, type ObjectName } from './objects.ts'
import type { Settings } from './settings.ts'
import { writeTicket } from './tickets.ts'
import { poll, submitUsers } from './user-jobs.ts'
import { delivered } from './delivered.ts'

/** From so many users on, one job writes them; fewer are written one by one, which tells at once what became of them. */
const JOB_MIN = 5

export const push: PushPart<Settings> = {
  batchMax: object => (object === 'user' ? 100 : 1),
  upsert,
  delete: remove,
  find,
  canFind: isObject,
  merge,
  canMerge,
  poll,
}

async function upsert(
  access: Access<Settings>,
  object: string,
  items: readonly PushItem[],
): Promise<readonly Outcome[]> {
  if (!isObject(object)) return items.map(() => unknownObject(object))
  if (object === 'ticket') return Promise.all(items.map(item => writeTicket(access, item)))
  const fresh = items.filter(item => item.remoteId === undefined)
  const jobs = object === 'user' && fresh.length >= JOB_MIN ? await submitUsers(access, fresh) : undefined
  const outcomes: Outcome[] = []
  for (const item of items) {
    const submitted = item.remoteId === undefined ? jobs?.[fresh.indexOf(item)] : undefined
    outcomes.push(submitted ?? (await writeOne(access, object, item)))
  }
  return outcomes
}

/** A known record by its id; a new one by the hub's own id, or by the mail address where Zendesk already has that user. */
async function writeOne(access: Access<Settings>, object: 'user' | 'organization', item: PushItem): Promise<Outcome> {
  const { remoteId, changed, content, externalId } = item
  const called =
    remoteId === undefined
      ? await call(access, 'upsert', {
          method: 'POST',
          path: `/${plural(object)}/create_or_update`,
          json: { [object]: { ...content, external_id: externalId } },
        })
      : await call(access, 'update', {
          method: 'PUT',
          path: `/${plural(object)}/${encodeURIComponent(remoteId)}`,
          json: { [object]: changed },
        })
  return called.ok ? delivered(called.reply, object) : called.outcome
}

/** Zendesk keeps deleted users and tickets for some time; with `deleteForGood` users leave that list as well. */
async function remove(
  access: Access<Settings>,
  object: string,
  items: readonly PushItem[],
  how: 'delete' | 'archive',
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const item of items) {
    outcomes.push(isObject(object) ? await removeOne(access, object, item.remoteId, how) : unknownObject(object))
  }
  return outcomes
}

async function removeOne(
  access: Access<Settings>,
  object: ObjectName,
  remoteId: string | undefined,
  how: 'delete' | 'archive',
): Promise<Outcome> {
  if (remoteId === undefined) return { kind: 'gone' }
  const id = encodeURIComponent(remoteId)
  const called = await call(access, how, { method: 'DELETE', path: `/${plural(object)}/${id}` })
  if (object !== 'user' || how !== 'delete' || !access.settings.deleteForGood) {
    return called.ok ? { kind: 'delivered', remoteId } : called.outcome
  }
  // One that is deleted already may still be on the list of deleted users.
  if (!called.ok && called.outcome.kind !== 'gone') return called.outcome
  const erased = await call(access, how, { method: 'DELETE', path: `/deleted_users/${id}` })
  return erased.ok ? { kind: 'delivered', remoteId } : erased.outcome
}

function unknownObject(object: string): Outcome {
  return { kind: 'rejected', reason: `Zendesk's object "${object}" is not known to this connector` }
}
