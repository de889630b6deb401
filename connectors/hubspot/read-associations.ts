import { chunks } from '#connector/batch.ts'
import type { Access, RemoteState } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { listAt, textAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import { post } from './api.ts'
import { associationPath, BATCH_MAX, type ObjectName } from './objects.ts'
import type { Settings } from './settings.ts'

type Read = { ok: true; ids: ReadonlyMap<string, readonly string[]> } | { ok: false; outcome: Outcome }

/** The ids that records are associated with, the primary one first, by the id of the record. */
export async function readAssociations(
  access: Access<Settings>,
  from: ObjectName,
  to: ObjectName,
  ids: readonly string[],
): Promise<Read> {
  const found = new Map<string, readonly string[]>()
  for (const part of chunks(ids, BATCH_MAX)) {
    const called = await post(access, 'read', associationPath(from, to, 'read'), { inputs: part.map(id => ({ id })) })
    if (!called.ok && called.outcome.kind !== 'gone') return called
    for (const row of called.ok ? listAt(called.reply.json, 'results') : []) {
      const others = listAt(row, 'to').map(other => ({ id: textAt(other, 'toObjectId') ?? '', rank: rankOf(other) }))
      const id = textAt(row, 'from.id')
      if (id !== undefined)
        found.set(
          id,
          others.sort(byRank).map(other => other.id),
        )
    }
  }
  return { ok: true, ids: found }
}

/** Whether it is the primary one; else by id, so that the same associations always read the same. */
function rankOf(other: Json): number {
  const labels = listAt(other, 'associationTypes').map(type => textAt(type, 'label'))
  return labels.includes('Primary') ? 0 : 1
}

function byRank(a: { id: string; rank: number }, b: { id: string; rank: number }): number {
  return a.rank - b.rank || Number(a.id) - Number(b.id)
}

/** Adds to records what they are associated with, as the member `associations`: ids by object. */
export async function withAssociations(
  access: Access<Settings>,
  object: ObjectName,
  records: readonly RemoteState[],
  others: readonly ObjectName[],
): Promise<{ ok: true; records: readonly RemoteState[] } | { ok: false; outcome: Outcome }> {
  if (records.length === 0 || others.length === 0) return { ok: true, records }
  const byObject = new Map<ObjectName, ReadonlyMap<string, readonly string[]>>()
  for (const other of others) {
    const read = await readAssociations(
      access,
      object,
      other,
      records.map(record => record.remoteId),
    )
    if (!read.ok) return read
    byObject.set(other, read.ids)
  }
  return {
    ok: true,
    records: records.map(record => {
      const ids = [...byObject].map(([other, found]) => [other, [...(found.get(record.remoteId) ?? [])]])
      return { ...record, state: { ...record.state, associations: Object.fromEntries(ids) } }
    }),
  }
}
