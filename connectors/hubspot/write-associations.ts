import { chunks } from '#connector/batch.ts'
import type { Access } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { listAt } from '#connector/reply-path.ts'
import type { JsonObject } from '#model/json.ts'
import { post } from './api.ts'
import { outcomeOfProblem } from './classify.ts'
import { ASSOCIATIONS, associationPath, BATCH_MAX, isObject, type ObjectName } from './objects.ts'
import { readAssociations } from './read-associations.ts'
import type { Settings } from './settings.ts'

/** What a record is to be associated with: at least these; none means that all of that object are taken off. */
export interface Association {
  id: string
  to: string
  ids: readonly string[]
  /** What the hub had put there before, and is not to be there any more; what people put there stays. */
  replaced: readonly string[]
}

/** Writes associations of records of one object; an outcome for each that failed, by the record's id. */
export async function writeAssociations(
  access: Access<Settings>,
  from: ObjectName,
  wanted: readonly Association[],
): Promise<Map<string, Outcome>> {
  const failed = new Map<string, Outcome>()
  for (const [to, group] of Map.groupBy(wanted, one => one.to)) {
    if (!isObject(to) || ASSOCIATIONS[from][to] === undefined) {
      const reason = `a ${from} has no association with "${to}"; expected one of ${Object.keys(ASSOCIATIONS[from]).join(', ')}`
      for (const { id } of group) failed.set(id, { kind: 'rejected', reason })
      continue
    }
    await addAssociations(access, { from, to }, group, failed)
    await removeAssociations(access, { from, to }, group, failed)
  }
  return failed
}

interface Pair {
  from: ObjectName
  to: ObjectName
}

async function addAssociations(
  access: Access<Settings>,
  { from, to }: Pair,
  group: readonly Association[],
  failed: Map<string, Outcome>,
): Promise<void> {
  const type = ASSOCIATIONS[from][to]
  const inputs = group.flatMap(({ id, ids }) =>
    ids.map((other, index) => ({
      from: { id },
      to: { id: other },
      types: [
        {
          associationCategory: 'HUBSPOT_DEFINED',
          // Of several companies the first is the primary one; it takes that from another.
          associationTypeId: (index === 0 ? type?.primary : undefined) ?? type?.typeId ?? 0,
        },
      ],
    })),
  )
  for (const part of chunks(inputs, BATCH_MAX)) {
    await sendPart(access, associationPath(from, to, 'create'), part, failed)
  }
}

async function removeAssociations(
  access: Access<Settings>,
  { from, to }: Pair,
  group: readonly Association[],
  failed: Map<string, Outcome>,
): Promise<void> {
  const emptied = group.flatMap(({ id, ids }) => (ids.length === 0 ? [id] : []))
  const read = await readAssociations(access, from, to, emptied)
  if (!read.ok) return emptied.forEach(id => failed.set(id, read.outcome))
  const inputs = group.flatMap(({ id, ids, replaced }) => {
    const others = ids.length === 0 ? (read.ids.get(id) ?? []) : replaced
    return others.length === 0 ? [] : [{ from: { id }, to: others.map(other => ({ id: other })) }]
  })
  for (const part of chunks(inputs, BATCH_MAX)) {
    await sendPart(access, associationPath(from, to, 'archive'), part, failed)
  }
}

type Input = JsonObject & { from: { id: string } }

/** One batch; where it is refused as a whole, its inputs alone, since the reply does not say which was bad. */
async function sendPart(
  access: Access<Settings>,
  path: string,
  inputs: readonly Input[],
  failed: Map<string, Outcome>,
): Promise<void> {
  const called = await post(access, 'update', path, { inputs: [...inputs] })
  if (called.ok && called.reply.status !== 207) return
  const outcome = called.ok ? outcomeOfProblem(listAt(called.reply.json, 'errors')[0], 'update') : called.outcome
  const isOfOne = outcome.kind === 'rejected' || outcome.kind === 'gone' || outcome.kind === 'conflict'
  if (isOfOne && inputs.length > 1) {
    for (const input of inputs) await sendPart(access, path, [input], failed)
    return
  }
  for (const { from } of inputs) failed.set(from.id, outcome.kind === 'gone' ? otherGone : outcome)
}

const otherGone: Outcome = { kind: 'rejected', reason: 'one of the two records to be associated is not there' }
