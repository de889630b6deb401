import type { Access, PullPart, RemoteState } from '#connector/kit.ts'
import { textAt, timeAt } from '#connector/reply-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { call, type ModelCall } from './api.ts'
import { fieldTypes } from './lookups.ts'
import { OPTIONAL_FIELDS, type Domain, type ObjectForm } from './objects.ts'
import { nextPosition, pageOf, positionOf } from './position.ts'
import { withRelated } from './related.ts'
import { formOf, type Settings } from './settings.ts'

const ROWS_MAX = 200

export const pull: PullPart<Settings> = {
  async changes(access, object, cursor) {
    const position = positionOf(cursor)
    const { domain, order } = pageOf(position)
    const found = await records(access, object, domain, { order, limit: ROWS_MAX })
    if (!found.ok) return found
    const { overlapSeconds } = access.settings
    const { position: next, more } = nextPosition(position, found.records, ROWS_MAX, overlapSeconds * 1000)
    return { ok: true, records: found.records, cursor: { ...next }, more }
  },
  read: (access, object, remoteIds) => records(access, object, [['id', 'in', remoteIds.map(Number)]], {}),
  readMax: () => ROWS_MAX,
  async ids(access, object, cursor) {
    const form = formOf(access.settings, object)
    const after = typeof cursor === 'number' ? cursor : 0
    const domain = [...(form?.domain ?? []), ['id', '>', after]]
    const args = { domain, order: 'id asc', limit: ROWS_MAX }
    const called = await call(access, { operation: 'list', model: form?.model ?? '', method: 'search', args })
    if (!called.ok) return called
    const ids = (Array.isArray(called.result) ? called.result : []).filter(id => typeof id === 'number')
    return { ok: true, ids: ids.map(String), cursor: ids.at(-1) ?? after, more: ids.length >= ROWS_MAX }
  },
}

async function records(access: Access<Settings>, object: string, domain: Domain, how: Record<string, Json>) {
  const form = formOf(access.settings, object)
  if (form === undefined) return { ok: true as const, records: [] }
  const known = await fieldTypes(access, form.model)
  if (!known.ok) return known
  const asked: ModelCall = {
    operation: how['order'] === undefined ? 'read' : 'list',
    model: form.model,
    method: 'search_read',
    args: { domain: [...form.domain, ...domain], fields: fieldsOf(access, object, form, known.types), ...how },
  }
  const called = await call(access, asked)
  if (!called.ok) return called
  const rows = (Array.isArray(called.result) ? called.result : []).filter(isJsonObject)
  const whole = await withRelated(access, form, rows)
  return whole.ok ? { ok: true as const, records: whole.rows.flatMap(row => stateOf(row, known.types)) } : whole
}

type Types = Readonly<Record<string, string>>

/** The usual fields that this version has, those of the settings, and fields of one's own (`x_…`) that the inbound mapping reads. */
function fieldsOf({ namesRead }: Access<Settings>, object: string, form: ObjectForm, types: Types): string[] {
  const own = [...(namesRead?.(object) ?? [])].filter(name => name.startsWith('x_') && Object.hasOwn(types, name))
  const usual = form.fields.filter(field => !OPTIONAL_FIELDS.has(field) || Object.hasOwn(types, field))
  return [...new Set([...usual, ...own])]
}

/** A record with null for what is empty, which Odoo calls false, as it calls the boolean. */
function stateOf(row: JsonObject, types: Types): RemoteState[] {
  const remoteId = textAt(row, 'id')
  if (remoteId === undefined) return []
  const fields = Object.entries(row).map(([name, value]): [string, Json] => [
    name,
    value === false && types[name] !== 'boolean' ? null : value,
  ])
  const modifiedAtMs = timeAt(row, 'write_date')
  const author = textAt(row, 'write_uid.0')
  const state = Object.fromEntries(fields)
  return [
    {
      remoteId,
      state,
      ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }),
      ...(author === undefined ? {} : { author }),
    },
  ]
}
