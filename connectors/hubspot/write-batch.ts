import { sendInHalves } from '#connector/batch.ts'
import type { Access, PushItem } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { listAt, textAt, textsAt, timeAt } from '#connector/reply-path.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { post } from './api.ts'
import { outcomeOfProblem } from './classify.ts'
import { objectPath, type ObjectName } from './objects.ts'
import { propertiesToWrite } from './properties.ts'
import type { Settings } from './settings.ts'

export type Write = 'create' | 'update' | 'upsert'

/**
 * Writes the properties of items by one batch call; where HubSpot refuses it as a whole, by its halves, until the bad item is
 * alone. An update that changes no property needs no call.
 */
export async function writeBatch(
  access: Access<Settings>,
  object: ObjectName,
  write: Write,
  items: readonly PushItem[],
): Promise<readonly Outcome[]> {
  const rows = items.map(item => ({ item, properties: propertiesToWrite(item.changed) }))
  const isNeeded = ({ properties }: Row): boolean => write !== 'update' || Object.keys(properties).length > 0
  const needed = rows.filter(isNeeded)
  const written = await sendInHalves(needed, part => send(access, object, write, part))
  const outcomes = new Map(needed.map(({ item }, index) => [item, written[index]]))
  return items.map(item => outcomes.get(item) ?? { kind: 'delivered', remoteId: item.remoteId ?? '' })
}

interface Row {
  item: PushItem
  properties: Record<string, string>
}

/** Undefined: refused as a whole, for a reason that is one item's. */
async function send(
  access: Access<Settings>,
  object: ObjectName,
  write: Write,
  rows: readonly Row[],
): Promise<readonly Outcome[] | undefined> {
  const { idProperty } = access.settings
  const inputs = rows.map((row, index) => inputOf(row, String(index), write === 'upsert' ? idProperty : null))
  const called = await post(access, write, objectPath(object, `/batch/${write}`), { inputs })
  if (!called.ok) {
    const { outcome } = called
    const isOfOne = ['rejected', 'exists', 'gone', 'conflict'].includes(outcome.kind)
    if (isOfOne && rows.length > 1) return undefined
    return rows.map(() => outcome)
  }
  const { json } = called.reply
  const results = listAt(json, 'results')
  const errors = listAt(json, 'errors')
  return rows.map((row, index) => {
    const trace = String(index)
    const result =
      results.find(one => isResultOf(one, row, trace, idProperty)) ??
      // Without any mark the results of a whole success stand in the order of the inputs.
      (errors.length === 0 && results.length === rows.length ? results[index] : undefined)
    if (result !== undefined) return delivered(result)
    const error = errors.find(one => isErrorOf(one, row, trace)) ?? (errors.length === 1 ? errors[0] : undefined)
    if (error !== undefined) return outcomeOfProblem(error, write)
    return { kind: write === 'create' ? 'unknown' : 'retry', reason: 'the reply has no row for this record' }
  })
}

function inputOf({ item, properties }: Row, trace: string, idProperty: string | null): JsonObject {
  if (item.remoteId !== undefined) return { id: item.remoteId, properties, objectWriteTraceId: trace }
  if (idProperty === null) return { properties, objectWriteTraceId: trace }
  return { idProperty, id: item.externalId, properties, objectWriteTraceId: trace }
}

function isResultOf(result: Json, { item }: Row, trace: string, idProperty: string | null): boolean {
  const given = textAt(result, 'objectWriteTraceId')
  if (given !== undefined) return given === trace
  if (item.remoteId !== undefined) return textAt(result, 'id') === item.remoteId
  return idProperty !== null && textAt(result, `properties.${idProperty}`) === item.externalId
}

/** An error names its inputs in `context`, by the mark that they bore or by their ids. */
function isErrorOf(error: Json, { item }: Row, trace: string): boolean {
  const traces = textsAt(error, 'context.objectWriteTraceId')
  if (traces.length > 0) return traces.includes(trace)
  const ids = [...textsAt(error, 'context.ids'), ...textsAt(error, 'context.id')]
  return ids.includes(item.remoteId ?? item.externalId)
}

/** The reply shows only some properties, so it is not taken for the state of the record. */
function delivered(result: Json): Outcome {
  const remoteId = textAt(result, 'id')
  if (remoteId === undefined) return { kind: 'unknown', reason: 'the reply has a row without an id' }
  const modifiedAtMs = timeAt(result, 'updatedAt')
  return { kind: 'delivered', remoteId, ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }) }
}
