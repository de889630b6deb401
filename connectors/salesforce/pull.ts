import type { Access, PullPart, RemoteState } from '#connector/kit.ts'
import { textAt, timeAt, valueAt } from '#connector/reply-path.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { withCurrency } from './currency.ts'
import { query, ROWS_MAX } from './query.ts'
import { longId } from './record-id.ts'
import type { Settings } from './settings.ts'
import { moment, quoted, quotedList, selectAll } from './soql.ts'

/** So many ids fit into one query: an address may have 16,384 characters. */
const READ_IDS_MAX = 200

/** Where a poll stands: all up to `atMs` and `afterId` is read; `newestMs` is the newest change of this round. */
interface Position {
  atMs: number
  afterId: string
  newestMs: number
}

export const pull: PullPart<Settings> = {
  async changes(access, object, cursor) {
    const position = positionOf(cursor)
    const found = await query(access, 'queryAll', changedSince(access, object, position))
    if (!found.ok) return found
    const records = found.rows.flatMap(row => stateOf(access.settings, row))
    const last = records.at(-1)
    const newestMs = Math.max(position.newestMs, last?.modifiedAtMs ?? 0)
    if (found.more && last?.modifiedAtMs !== undefined) {
      const next = { atMs: last.modifiedAtMs, afterId: last.remoteId, newestMs }
      return { ok: true, records, cursor: next, more: true }
    }
    const atMs = Math.max(0, newestMs - access.settings.overlapSeconds * 1000)
    return { ok: true, records, cursor: { atMs, afterId: '', newestMs }, more: false }
  },
  async read(access, object, remoteIds) {
    const soql = `${selectAll(access, object)} WHERE Id IN ${quotedList(remoteIds)}`
    const found = await query(access, 'queryAll', soql, 'read')
    return found.ok ? { ok: true, records: found.rows.flatMap(row => stateOf(access.settings, row)) } : found
  },
  readMax: () => READ_IDS_MAX,
  async ids(access, object, cursor) {
    const after = typeof cursor === 'string' ? ` WHERE Id > ${quoted(cursor)}` : ''
    const found = await query(access, 'query', `SELECT Id FROM ${object}${after} ORDER BY Id LIMIT ${ROWS_MAX}`)
    if (!found.ok) return found
    const ids = found.rows.flatMap(row => textAt(row, 'Id') ?? []).map(longId)
    const last = ids.at(-1)
    return { ok: true, ids, cursor: last ?? null, more: found.more && last !== undefined }
  },
}

/**
 * Pages go on behind the last row instead of by the vendor's `nextRecordsUrl`, which ends after some days: a poll can be
 * taken up again at any time.
 */
function changedSince(access: Access<Settings>, object: string, { atMs, afterId }: Position): string {
  const from = moment(atMs)
  const where =
    afterId === ''
      ? `SystemModstamp >= ${from}`
      : `SystemModstamp > ${from} OR (SystemModstamp = ${from} AND Id > ${quoted(afterId)})`
  return `${selectAll(access, object)} WHERE ${where} ORDER BY SystemModstamp, Id LIMIT ${ROWS_MAX}`
}

function positionOf(cursor: Json | undefined): Position {
  const number = (name: string) => {
    const value = valueAt(cursor, name)
    return typeof value === 'number' ? value : 0
  }
  return { atMs: number('atMs'), newestMs: number('newestMs'), afterId: textAt(cursor, 'afterId') ?? '' }
}

function stateOf(settings: Settings, row: JsonObject): RemoteState[] {
  const remoteId = textAt(row, 'Id')
  if (remoteId === undefined) return []
  const modifiedAtMs = timeAt(row, 'SystemModstamp')
  const winner = textAt(row, 'MasterRecordId')
  const author = textAt(row, 'LastModifiedById')
  return [
    {
      remoteId: longId(remoteId),
      state: withCurrency(settings, row),
      ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }),
      ...(author === undefined ? {} : { author: longId(author) }),
      ...(row['IsDeleted'] === true ? { deleted: true } : {}),
      ...(row['IsDeleted'] === true && winner !== undefined ? { mergedInto: longId(winner) } : {}),
    },
  ]
}
