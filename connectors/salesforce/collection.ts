import { sendInHalves } from '#connector/batch.ts'
import type { Operation } from '#connector/classify.ts'
import type { Access } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { answeredAtMs, textAt } from '#connector/reply-path.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { exchange } from './api.ts'
import { errorsOfRow, outcomeOfErrors } from './errors.ts'
import { longId } from './record-id.ts'
import type { Settings } from './settings.ts'

/** One record of a collection, or why it is not sent. */
export type Row = { record: JsonObject; remoteId?: string } | { refused: Outcome }

export interface Collection {
  operation: Operation
  method: 'PATCH' | 'DELETE'
  path: string
  rows: readonly Row[]
}

type Sendable = Exclude<Row, { refused: Outcome }>

/**
 * Writes or deletes at most 200 records in one call, each by itself (`allOrNone: false`); one outcome per row, in order.
 * The reply has a row for each record in the order they were sent.
 */
export async function collection(access: Access<Settings>, asked: Collection): Promise<readonly Outcome[]> {
  const sendable = asked.rows.flatMap(row => ('refused' in row ? [] : [row]))
  const results = await sendInHalves(sendable, part => sendRows(access, asked, part))
  let place = 0
  return asked.rows.map(row => ('refused' in row ? row.refused : (results[place++] ?? MISSING)))
}

const MISSING: Outcome = { kind: 'unknown', reason: 'the reply has no row for this record' }

async function sendRows(
  access: Access<Settings>,
  asked: Collection,
  rows: readonly Sendable[],
): Promise<readonly Outcome[] | undefined> {
  const { operation, method, path } = asked
  const result = await exchange(access, { operation, method, path, ...payload(method, rows) })
  if (result.ok) {
    const replies = Array.isArray(result.reply.json) ? result.reply.json : []
    const when = { nowMs: access.nowMs(), atMs: answeredAtMs(result.reply) }
    return rows.map((row, index) => outcomeOfRow(replies[index], row, operation, when))
  }
  const isRefusedAsWhole = rows.length > 1 && (result.status === 400 || result.status === 413)
  return isRefusedAsWhole ? undefined : rows.map(() => result.outcome)
}

function payload(method: Collection['method'], rows: readonly Sendable[]) {
  if (method === 'PATCH') return { json: { allOrNone: false, records: rows.map(row => row.record) } }
  return { query: { ids: rows.map(row => row.remoteId ?? '').join(','), allOrNone: 'false' } }
}

function outcomeOfRow(
  reply: Json | undefined,
  row: Sendable,
  operation: Operation,
  { nowMs, atMs }: { nowMs: number; atMs: number | undefined },
): Outcome {
  if (reply === undefined) return MISSING
  const failed = outcomeOfErrors(errorsOfRow(reply), { operation, nowMs })
  if (failed !== undefined) return failed
  const remoteId = textAt(reply, 'id') ?? row.remoteId
  if (remoteId === undefined) return MISSING
  // The reply does not show the records, and `SystemModstamp` has no parts of a second either.
  return { kind: 'delivered', remoteId: longId(remoteId), ...(atMs === undefined ? {} : { modifiedAtMs: atMs }) }
}
