import type { Access, PushItem } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { listAt, textAt, valueAt } from '#connector/reply-path.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { call } from './api.ts'
import { formOf, type Settings } from './settings.ts'
import { cellOf, columnOf, isCommand } from './values.ts'

/** A new record: its item, and its document with all searches done. */
export interface NewRecord {
  item: PushItem
  document: JsonObject
}

/**
 * Makes records by `load`, as an import does: each with an external id (`module.name`) of ours, so that a repeat changes the
 * same record. A call is all or nothing; rows that Odoo names are rejected, and the others go again without them.
 */
export async function load(
  access: Access<Settings>,
  object: string,
  records: readonly NewRecord[],
): Promise<readonly Outcome[]> {
  const outcomes = new Map<NewRecord, Outcome>()
  // Records with other fields need a table of their own: an empty cell would empty the field.
  for (const group of Map.groupBy(records, record => columnsOf(access, object, record).join(' ')).values()) {
    let open: readonly NewRecord[] = group
    while (open.length > 0) {
      const results = await loadRows(access, object, open)
      open.forEach((record, place) => setDefined(outcomes, record, results[place]))
      const left = open.filter(record => !outcomes.has(record))
      open = left.length < open.length ? left : []
    }
  }
  return records.map(record => outcomes.get(record) ?? { kind: 'unknown', reason: 'load said nothing of this record' })
}

function setDefined(outcomes: Map<NewRecord, Outcome>, record: NewRecord, outcome: Outcome | undefined): void {
  if (outcome !== undefined) outcomes.set(record, outcome)
}

/** An outcome for each row; undefined: not this one's fault, it is to go again. */
async function loadRows(
  access: Access<Settings>,
  object: string,
  records: readonly NewRecord[],
): Promise<readonly (Outcome | undefined)[]> {
  const [first] = records
  const model = formOf(access.settings, object)?.model ?? ''
  const args = {
    fields: ['id', ...(first === undefined ? [] : columnsOf(access, object, first))],
    data: records.map(record => [
      externalIdOf(access.settings, object, record.item.externalId),
      ...loaded(access, object, record).map(([, value]) => cellOf(value)),
    ]),
  }
  const called = await call(access, { operation: 'upsert', model, method: 'load', args })
  if (!called.ok) return records.map(() => called.outcome)
  const ids = valueAt(called.result, 'ids')
  if (!Array.isArray(ids)) return refusedRows(called.result, records.length)
  return await Promise.all(records.map((record, place) => withCommands(access, model, record, ids[place])))
}

function refusedRows(result: Json, count: number): readonly (Outcome | undefined)[] {
  const errors = listAt(result, 'messages').filter(message => textAt(message, 'type') === 'error')
  const outcomes = Array.from({ length: count }, (_, place): Outcome | undefined => {
    const error = errors.find(message => valueAt(message, 'record') === place)
    if (error === undefined) return undefined
    const field = textAt(error, 'field')
    const reason = textAt(error, 'message') ?? 'load refused it'
    return { kind: 'rejected', reason, ...(field === undefined ? {} : { field }) }
  })
  if (outcomes.some(outcome => outcome !== undefined)) return outcomes
  const reason = textAt(errors[0], 'message') ?? 'load refused all rows and named none'
  return outcomes.map(() => ({ kind: 'rejected', reason }))
}

/** Lists of records (order lines, tags) follow when the record is there. */
async function withCommands(
  access: Access<Settings>,
  model: string,
  { document }: NewRecord,
  id: Json | undefined,
): Promise<Outcome> {
  if (typeof id !== 'number') return { kind: 'unknown', reason: 'load gave no id for this row' }
  const commands = Object.fromEntries(Object.entries(document).filter(([, value]) => isCommand(value)))
  if (Object.keys(commands).length > 0) {
    const args = { vals: commands }
    const called = await call(access, { operation: 'upsert', model, method: 'write', ids: [id], args })
    if (!called.ok) return called.outcome
  }
  return { kind: 'delivered', remoteId: String(id) }
}

/** The cells of a record; what is empty needs none. */
function loaded(access: Access<Settings>, object: string, { document }: NewRecord): [string, Json][] {
  const values = { ...formOf(access.settings, object)?.defaults, ...document }
  return Object.entries(values)
    .filter(([, value]) => value !== null && !isCommand(value))
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

function columnsOf(access: Access<Settings>, object: string, record: NewRecord): string[] {
  return loaded(access, object, record).map(([field, value]) => columnOf(field, value))
}

/** The hub's id as an external id of Odoo's: letters, digits, underscores. */
export function externalIdOf({ externalIds }: Settings, object: string, externalId: string): string {
  const module = externalIds.type === 'xmlId' ? externalIds.module : 'patchbay'
  return `${module}.${object}_${externalId.replace(/[^A-Za-z0-9]/g, '_')}`
}
