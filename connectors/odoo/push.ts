import type { Access, PushItem, PushPart } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { JsonObject } from '#model/json.ts'
import { call } from './api.ts'
import { find } from './find.ts'
import { load, type NewRecord } from './load.ts'
import { resolved } from './lookups.ts'
import { READ_ONLY } from './objects.ts'
import { formOf, type Settings } from './settings.ts'
import { valuesOf } from './values.ts'

/** Rows of one `load`, which runs in one transaction: few enough to be quick. */
const LOAD_MAX = 50

export const push: PushPart<Settings> = {
  batchMax: (object, { externalIds }) => (externalIds.type === 'xmlId' && !READ_ONLY.has(object) ? LOAD_MAX : 1),
  upsert,
  delete: (access, object, items, how) => Promise.all(items.map(item => remove(access, object, item, how))),
  find,
  patches: () => true,
  canFind: (object, settings) => formOf(settings, object) !== undefined,
}

/** Known records are written one by one, each in its own transaction; new ones are loaded together, or created. */
async function upsert(
  access: Access<Settings>,
  object: string,
  items: readonly PushItem[],
): Promise<readonly Outcome[]> {
  const outcomes = new Map<PushItem, Outcome>()
  const fresh: NewRecord[] = []
  for (const item of items) {
    if (READ_ONLY.has(object)) outcomes.set(item, { kind: 'rejected', reason: `${object} is only read` })
    else {
      const ready = await resolved(access, object, item.remoteId === undefined ? item.content : item.changed)
      if (!ready.ok) outcomes.set(item, ready.outcome)
      else if (item.remoteId !== undefined)
        outcomes.set(item, await write(access, object, item.remoteId, ready.document))
      else fresh.push({ item, document: ready.document })
    }
  }
  const made =
    access.settings.externalIds.type === 'xmlId'
      ? await load(access, object, fresh)
      : await Promise.all(fresh.map(record => create(access, object, record)))
  fresh.forEach(({ item }, place) => outcomes.set(item, made[place] ?? NO_OUTCOME))
  return items.map(item => outcomes.get(item) ?? NO_OUTCOME)
}

const NO_OUTCOME: Outcome = { kind: 'unknown', reason: 'no outcome for this record' }

async function write(
  access: Access<Settings>,
  object: string,
  remoteId: string,
  document: JsonObject,
): Promise<Outcome> {
  const model = formOf(access.settings, object)?.model ?? ''
  const args = { vals: valuesOf(document) }
  const called = await call(access, { operation: 'update', model, method: 'write', ids: [Number(remoteId)], args })
  if (!called.ok) return called.outcome
  // Records of one batch are written one after another: each is as old as its own answer, not as the last one's.
  return { kind: 'delivered', remoteId, ...(called.atMs === undefined ? {} : { modifiedAtMs: called.atMs }) }
}

/** A new record with our id in a field of its own: Odoo does not keep it unique by itself, so it was looked for before. */
async function create(access: Access<Settings>, object: string, { item, document }: NewRecord): Promise<Outcome> {
  const form = formOf(access.settings, object)
  const { externalIds } = access.settings
  const ours = externalIds.type === 'field' ? { [externalIds.name]: item.externalId } : {}
  const vals = valuesOf({ ...form?.defaults, ...document, ...ours })
  const args = { vals_list: [vals] }
  const called = await call(access, { operation: 'create', model: form?.model ?? '', method: 'create', args })
  if (!called.ok) return called.outcome
  const id = Array.isArray(called.result) ? called.result[0] : called.result
  if (typeof id !== 'number') return { kind: 'unknown', reason: 'create gave no id' }
  return { kind: 'delivered', remoteId: String(id) }
}

async function remove(
  access: Access<Settings>,
  object: string,
  { remoteId }: PushItem,
  how: 'delete' | 'archive',
): Promise<Outcome> {
  if (READ_ONLY.has(object)) return { kind: 'rejected', reason: `${object} is only read` }
  if (remoteId === undefined) return { kind: 'gone' }
  const model = formOf(access.settings, object)?.model ?? ''
  const ids = [Number(remoteId)]
  const called =
    how === 'delete'
      ? await call(access, { operation: 'delete', model, method: 'unlink', ids })
      : await call(access, { operation: 'archive', model, method: 'write', ids, args: { vals: { active: false } } })
  return called.ok ? { kind: 'delivered', remoteId } : called.outcome
}
