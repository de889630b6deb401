import type { Access, PushItem, PushPart } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { asText } from '#connector/value-path.ts'
import type { JsonObject } from '#model/json.ts'
import { createMany, updateMany } from './batch.ts'
import { callAudience, type Call } from './call.ts'
import { hashOf, memberFields, remoteState } from './member.ts'
import { BATCH_MAX, MEMBER, type Settings } from './settings.ts'
import { tagChanges, withTags, writeTags } from './tags.ts'

/** Calls at one time of one push; Mailchimp takes 10 of a key, and two pushes may run. */
const PARALLEL_MAX = 4

export const push: PushPart<Settings> = {
  batchMax: () => BATCH_MAX,
  upsert,
  delete: (access, object, items, how) => eachOf(items, item => remove(access, object, item, how)),
}

type Plan = 'createMany' | 'updateMany' | 'alone' | 'nowhere'

/**
 * Creates go in batches; what is there already is then written by itself, where a status given for new members leaves its
 * own alone. Of updates only those with a new status may go in a batch, which wants one for each member: to repeat an old
 * one could sign up somebody who has just left.
 */
async function upsert(
  access: Access<Settings>,
  object: string,
  items: readonly PushItem[],
): Promise<readonly Outcome[]> {
  if (object !== MEMBER) return items.map(() => ({ kind: 'rejected', reason: `${object} is read only` }))
  const outcomes = new Map<PushItem, Outcome>()
  const alone: PushItem[] = []
  for (const [plan, group] of Map.groupBy(items, planOf)) {
    if (plan === 'nowhere') group.forEach(item => outcomes.set(item, NO_ADDRESS))
    else if (plan === 'alone' || group.length === 1) alone.push(...group)
    else {
      const results = await (plan === 'createMany' ? createMany : updateMany)(access, group)
      for (const [index, item] of group.entries()) {
        const outcome = results[index] ?? MISSING
        if (outcome.kind === 'exists') alone.push(item)
        else outcomes.set(item, plan === 'updateMany' ? await thenTags(access, item, outcome) : outcome)
      }
    }
  }
  const results = await eachOf(alone, item => writeOne(access, item))
  alone.forEach((item, index) => outcomes.set(item, results[index] ?? MISSING))
  return items.map(item => outcomes.get(item) ?? MISSING)
}

const MISSING: Outcome = { kind: 'unknown', reason: 'no outcome for this item' }
const NO_ADDRESS: Outcome = {
  kind: 'rejected',
  reason: 'the content has no email_address, by which Mailchimp knows a member',
  field: 'email_address',
}

function planOf(item: PushItem): Plan {
  const hash = hashOf(item)
  if (hash === undefined) return 'nowhere'
  if (item.remoteId === undefined) return 'createMany'
  return item.remoteId === hash && asText(item.changed['status']) !== undefined ? 'updateMany' : 'alone'
}

/** One member, with its tags. */
async function writeOne(access: Access<Settings>, item: PushItem): Promise<Outcome> {
  const hash = hashOf(item) ?? ''
  const { remoteId } = item
  if (remoteId === undefined) return await thenTags(access, item, await put(access, item, hash))
  if (remoteId === hash) return await thenTags(access, item, await patch(access, item, hash))
  const moved = await patch(access, item, remoteId)
  // An earlier try, whose answer was lost, may have moved it already.
  const outcome = moved.kind === 'gone' ? await patch(access, item, hash) : moved
  const isMoved = outcome.kind === 'delivered' && outcome.remoteId !== remoteId
  return await thenTags(access, item, isMoved ? { ...outcome, formerId: remoteId } : outcome)
}

/** The upsert by address. The status counts for a new member only: one who left stays away. */
function put(access: Access<Settings>, item: PushItem, hash: string): Promise<Outcome> {
  const { status, ...fields } = memberFields(item.content, item, access.settings)
  const json = { ...fields, status_if_new: status ?? access.settings.statusIfNew }
  return write(access, { operation: 'upsert', method: 'PUT', path: `/members/${hash}`, json }, hash)
}

async function patch(access: Access<Settings>, item: PushItem, id: string): Promise<Outcome> {
  const json = memberFields(item.changed, item, access.settings)
  // Only tags changed: they are written apart.
  if (Object.keys(item.changed).every(name => name === 'tags')) return { kind: 'delivered', remoteId: id }
  return await write(access, { operation: 'update', method: 'PATCH', path: `/members/${id}`, json }, id)
}

async function write(access: Access<Settings>, call: Call & { json: JsonObject }, id: string): Promise<Outcome> {
  const query = { skip_merge_validation: String(access.settings.skipMergeValidation) }
  const called = await callAudience(access, { ...call, query })
  if (!called.ok) return called.outcome
  return { kind: 'delivered', ...(remoteState(called.reply.json) ?? { remoteId: id }) }
}

async function thenTags(access: Access<Settings>, item: PushItem, written: Outcome): Promise<Outcome> {
  if (written.kind !== 'delivered') return written
  const changes = tagChanges(item)
  const failed = await writeTags(access, written.remoteId, changes)
  if (failed !== undefined) return failed
  return written.state === undefined ? written : { ...written, state: withTags(written.state, changes) }
}

/** Archives, or removes for good: then Mailchimp never takes the address again by API. */
async function remove(
  access: Access<Settings>,
  object: string,
  { remoteId }: PushItem,
  how: 'delete' | 'archive',
): Promise<Outcome> {
  if (object !== MEMBER) return { kind: 'rejected', reason: `${object} is read only` }
  if (remoteId === undefined) return { kind: 'gone' }
  const path = `/members/${remoteId}`
  const isFinal = how === 'delete' && access.settings.deletePermanently
  const called = await callAudience(
    access,
    isFinal
      ? { operation: 'delete', method: 'POST', path: `${path}/actions/delete-permanent` }
      : { operation: 'archive', method: 'DELETE', path },
  )
  return called.ok ? { kind: 'delivered', remoteId } : called.outcome
}

/** Runs a few at a time; results in order. */
async function eachOf<Item>(
  items: readonly Item[],
  run: (item: Item) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (let start = 0; start < items.length; start += PARALLEL_MAX) {
    outcomes.push(...(await Promise.all(items.slice(start, start + PARALLEL_MAX).map(run))))
  }
  return outcomes
}
