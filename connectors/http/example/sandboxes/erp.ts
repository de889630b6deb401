import { randomUUID } from 'node:crypto'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { odooTime, OdooError, search, UNIQUE } from './odoo.ts'
import { createSandboxOf } from './sandbox.ts'
import type { Sandbox, SandboxOptions, Vendor, VendorFrame } from './sandbox.ts'
import type { Change, Row, Table } from './table.ts'
import { listAt, objectAt, textAt, textOf } from './vendor-server.ts'
import type { Answer, Call } from './vendor-server.ts'

export const ERP_SECRETS = { username: 'patchbay', password: 'erp-password', webhookToken: 'erp-webhook-token' }

const BOT_UID = 7
const MODELS = { 'res.partner': 'partner', 'sale.order': 'order', 'account.move': 'invoice' }
/** What each model answers when it has nothing: Odoo says `false`. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  partner: [
    'name',
    'is_company',
    'email',
    'phone',
    'mobile',
    'vat',
    'website',
    'street',
    'city',
    'zip',
    'country_code',
    'function',
    'lang',
    'parent_id',
    'x_hub_id',
  ],
  order: ['name', 'partner_id', 'commercial_partner_id', 'amount_total', 'currency', 'state', 'date_order', 'x_hub_id'],
  invoice: [
    'name',
    'partner_id',
    'commercial_partner_id',
    'amount_total',
    'currency',
    'state',
    'payment_state',
    'invoice_date',
    'invoice_date_due',
    'x_hub_id',
  ],
}

/**
 * An ERP in Odoo's manner: JSON-RPC with a session cookie, `search_read`, `create` (also many), `write`, `unlink`, and
 * an add-on's `hub_upsert`; errors come as HTTP 200 with an `error` member, empty is `false`, times have whole
 * seconds without a zone, a create of many is all or nothing. Webhooks are unsigned and thin, with a token in the path.
 * It renders values its own way: cities in capitals, phone numbers with blanks.
 */
export function createErp(options: SandboxOptions): Sandbox {
  return createSandboxOf({ name: 'erp', normalise, open }, options)
}

function normalise(_object: string, fields: JsonObject): JsonObject {
  const entries = Object.entries(fields).map(([name, value]): [string, Json] => {
    if (value === null || value === '') return [name, false]
    if (typeof value !== 'string') return [name, value]
    if (name === 'city') return [name, value.trim().toUpperCase()]
    return [name, name === 'phone' || name === 'mobile' ? spaced(value) : value.trim()]
  })
  return Object.fromEntries(entries)
}

/** `+8613912345678` as `+86 139 1234 5678`: how this ERP shows every number. */
function spaced(phone: string): string {
  const [, country = '', area = '', rest = ''] =
    /^(\+(?:351|\d\d))?(\d{3})(\d+)$/.exec(phone.replace(/[^\d+]/g, '')) ?? []
  if (rest === '') return phone.trim()
  return [country, area, ...(rest.match(/\d{1,4}/g) ?? [])].filter(Boolean).join(' ')
}

function open({ table }: VendorFrame): Vendor {
  const tables = {
    partner: table('partner', { firstId: 41, unique: UNIQUE }),
    order: table('order', { firstId: 501, unique: ['x_hub_id', 'name'] }),
    invoice: table('invoice', { firstId: 7001, unique: ['x_hub_id', 'name'] }),
  }
  const sessions = new Set<string>()

  const answer = (call: Call): Json => {
    const params = objectAt(call.json, 'params')
    if (call.path === '/web/session/authenticate') {
      if (params.login !== ERP_SECRETS.username || params.password !== ERP_SECRETS.password)
        throw new OdooError('odoo.exceptions.AccessDenied', 'Access Denied')
      return { uid: BOT_UID, db: 'demo', username: ERP_SECRETS.username }
    }
    const session = /(?:^|;\s*)session_id=([^;]+)/.exec(call.headers.cookie ?? '')?.[1]
    if (session === undefined || !sessions.has(session))
      throw new OdooError('odoo.http.SessionExpiredException', 'Session expired', 100)
    if (call.path !== '/web/dataset/call_kw') throw new OdooError('werkzeug.exceptions.NotFound', 'Not found', 404)
    const model = textAt(params, 'model')
    const object = Object.hasOwn(MODELS, model) ? MODELS[model as keyof typeof MODELS] : undefined
    if (object === undefined) throw new OdooError('builtins.KeyError', `Object ${model} doesn't exist`)
    const rows = object === 'partner' ? tables.partner : object === 'order' ? tables.order : tables.invoice
    const render = (row: Row): JsonObject => renderRow(object, row, tables)
    return callModel(rows, render, textAt(params, 'method'), listAt(params, 'args'), objectAt(params, 'kwargs'))
  }

  return {
    tables,
    revokeTokens: () => sessions.clear(),
    throttled: seconds => ({ status: 429, headers: { 'retry-after': String(seconds) }, json: {} }),
    webhook: thinWebhook,
    handle(call): Answer {
      const head = { jsonrpc: '2.0', id: objectAt(call.json).id ?? null }
      try {
        const result = answer(call)
        const headers: Record<string, string> = {}
        if (call.path === '/web/session/authenticate') {
          const session = randomUUID()
          sessions.add(session)
          headers['set-cookie'] = `session_id=${session}; Path=/; HttpOnly`
        }
        return { status: 200, headers, json: { ...head, result } }
      } catch (error) {
        if (!(error instanceof OdooError)) throw error
        const data = { name: error.kind, message: error.message, arguments: [error.message], context: {} }
        return { status: 200, json: { ...head, error: { code: error.code, message: 'Odoo Server Error', data } } }
      }
    },
  }
}

function callModel(
  rows: Table,
  render: (row: Row) => JsonObject,
  method: string,
  args: readonly Json[],
  kwargs: JsonObject,
): Json {
  switch (method) {
    case 'search_read': {
      const domain = args[0] ?? kwargs.domain ?? []
      const found = search(rows, Array.isArray(domain) ? domain : []).map(render)
      const offset = Number(kwargs.offset ?? 0)
      return found.slice(offset, offset + Number(kwargs.limit ?? 80))
    }
    case 'read':
      return idsOf(args[0])
        .flatMap(id => rows.get(id) ?? [])
        .map(render)
    case 'create': {
      const many = Array.isArray(args[0])
      const ids = createAll(rows, many ? listAt({ list: args[0] ?? [] }, 'list') : [args[0] ?? {}])
      return many ? ids : (ids[0] ?? false)
    }
    case 'write': {
      for (const id of idsOf(args[0])) write(rows, id, objectAt(args[1]))
      return true
    }
    case 'unlink':
      return idsOf(args[0])
        .map(id => rows.remove(id, 'api'))
        .some(Boolean)
    case 'hub_upsert':
      return listAt({ list: args[0] ?? [] }, 'list').map(item => upsert(rows, objectAt(item)))
    default:
      throw new OdooError('builtins.AttributeError', `The method '${method}' does not exist on the model`)
  }
}

/** Creates all or none, as one database transaction does. */
function createAll(rows: Table, given: readonly Json[]): number[] {
  const hubIds = new Set<string>()
  for (const item of given) {
    const values = objectAt(item)
    checkPartner(values, true)
    for (const field of UNIQUE)
      if (rows.findBy(field, values[field]))
        throw new OdooError('odoo.exceptions.ValidationError', `${field} must be unique: ${textAt(values, field)}`)
    const key = textAt(values, 'x_hub_id')
    if (key !== '' && hubIds.has(key))
      throw new OdooError('odoo.exceptions.ValidationError', `x_hub_id must be unique: ${key}`)
    hubIds.add(key)
  }
  return given.map(item => {
    const result = rows.insert(objectAt(item), 'api')
    if (!result.ok) throw new OdooError('odoo.exceptions.ValidationError', `${result.field} must be unique`)
    return Number(result.row.id)
  })
}

function write(rows: Table, id: string, values: JsonObject): void {
  checkPartner(values, false)
  const result = rows.patch(id, values, 'api')
  if (!result) throw new OdooError('odoo.exceptions.MissingError', 'Record does not exist or has been deleted.')
  if (!result.ok) throw new OdooError('odoo.exceptions.ValidationError', `${result.field} must be unique`)
}

/** The add-on's row-wise upsert by `x_hub_id` (or `id`): a result per row, so that one bad row stops no other. */
function upsert(rows: Table, item: JsonObject): JsonObject {
  const { id, ...values } = item
  try {
    const existing =
      (id === undefined ? undefined : rows.get(textAt(item, 'id'))) ?? rows.findBy('x_hub_id', item.x_hub_id)
    if (existing) {
      write(rows, existing.id, values)
      return { id: Number(existing.id) }
    }
    return { id: createAll(rows, [values])[0] ?? 0 }
  } catch (error) {
    if (error instanceof OdooError) return { error: error.message }
    throw error
  }
}

function checkPartner(values: JsonObject, isNew: boolean): void {
  if ((isNew || values.name !== undefined) && textAt(values, 'name').trim() === '')
    throw new OdooError('odoo.exceptions.ValidationError', "Missing required value for the field 'Name' (name)")
}

function renderRow(
  object: string,
  { id, fields, createdAtMs, updatedAtMs, author }: Row,
  tables: Record<string, Table>,
): JsonObject {
  const empty = Object.fromEntries((FIELDS[object] ?? []).map(name => [name, false]))
  const rendered: JsonObject = { id: Number(id), ...empty, ...fields }
  for (const link of ['parent_id', 'partner_id', 'commercial_partner_id']) {
    const target = typeof fields[link] === 'number' ? tables.partner?.get(textOf(fields[link])) : undefined
    if (target) rendered[link] = [Number(target.id), target.fields.name ?? '']
  }
  rendered.create_date = odooTime(createdAtMs)
  rendered.write_date = odooTime(updatedAtMs)
  rendered.write_uid = author === 'api' ? [BOT_UID, 'Patchbay'] : [2, 'Mitchell Admin']
  return rendered
}

function idsOf(value: Json | undefined): string[] {
  return (Array.isArray(value) ? value : [value]).filter(id => !isJsonObject(id)).map(textOf)
}

function thinWebhook(object: string, { action, row }: Change): ReturnType<Vendor['webhook']> {
  const what = object !== 'partner' ? object : row.fields.is_company === true ? 'company' : 'contact'
  const model = Object.entries(MODELS).find(([, name]) => name === object)?.[0] ?? object
  const body = JSON.stringify({
    _action: `hub ${what}.${action}(#412)`,
    _id: Number(row.id),
    _model: model,
    id: Number(row.id),
    write_date: odooTime(row.updatedAtMs),
    write_uid: row.author === 'api' ? BOT_UID : 2,
  })
  return { path: `/${ERP_SECRETS.webhookToken}`, headers: { 'content-type': 'application/json' }, body }
}
