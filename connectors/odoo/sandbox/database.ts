import { NOBODY_WATCHES, type SandboxAuthor, type SandboxChange, type SandboxOptions } from '#connector/sandbox.ts'
import { asText } from '#connector/value-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { OBJECTS } from '../objects.ts'
import { COMMON_FIELDS, MODELS, REQUIRED } from './models.ts'
import { DomainError, fits } from './domain.ts'

/** An exception as Odoo raises it: its Python name and what it says. */
export class OdooError extends Error {
  override readonly name: string
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

export interface Database {
  /** What is done meanwhile is done by this user. */
  as(author: SandboxAuthor, act: () => void): void
  /** A record was read through the API. */
  seen(model: string, record: JsonObject): void
  create(model: string, values: JsonObject): number
  write(model: string, ids: readonly number[], values: JsonObject): void
  unlink(model: string, ids: readonly number[]): void
  search(
    model: string,
    domain: readonly Json[],
    how?: { order?: string; limit?: number; offset?: number },
  ): JsonObject[]
  /** As `read` shows a record: related ones as [id, name], what is empty as false, times to the second. */
  shown(model: string, record: JsonObject, fields: readonly string[]): JsonObject
  load(model: string, fields: readonly string[], data: readonly (readonly string[])[]): JsonObject
  typesOf(model: string): Readonly<Record<string, string>>
  all(model: string): readonly JsonObject[]
}

const PERSON_UID = 2

/** One Odoo database. A transaction's records all bear the time of its beginning, to the microsecond. */
export function createDatabase(
  hubUid: number,
  { nowMs = Date.now, watcher = NOBODY_WATCHES }: SandboxOptions,
): Database {
  let uid = hubUid
  const tables = new Map<string, Map<number, JsonObject>>()
  const externalIds = new Map<string, number>()
  let count = 20

  const tableOf = (model: string) => {
    if (!Object.hasOwn(MODELS, model)) throw new OdooError('builtins.KeyError', `'${model}'`)
    const table = tables.get(model) ?? new Map<number, JsonObject>()
    tables.set(model, table)
    return table
  }
  const typesOf = (model: string) => {
    tableOf(model)
    return { ...COMMON_FIELDS, ...MODELS[model] }
  }
  const note = (model: string, action: SandboxChange['action'], record: JsonObject, given: JsonObject): void => {
    const object = objectOf(model, record)
    if (object === undefined) return
    const author = uid === hubUid ? 'api' : 'person'
    watcher.changed({ object, id: idOf(record), action, author, given, record })
  }
  const stamp = () => new Date(nowMs()).toISOString().slice(0, 23).replace('T', ' ')

  function checked(model: string, values: JsonObject, known: JsonObject): JsonObject {
    const types = typesOf(model)
    for (const [field, value] of Object.entries(values)) {
      const type = types[field] ?? (field.startsWith('x_') ? 'char' : undefined)
      if (type === undefined) throw new OdooError('builtins.ValueError', `Invalid field '${field}' in '${model}'`)
      const isId = isMany2one(type) && value !== false
      if (isId && (typeof value !== 'number' || (type in MODELS && !tableOf(type).has(value))))
        throw new OdooError(
          'psycopg2.errors.ForeignKeyViolation',
          `${field}: there is no ${type} ${JSON.stringify(value)}`,
        )
    }
    const merged = { ...known, ...values }
    if (model === 'res.partner' && !merged['name'] && merged['type'] === 'contact')
      throw new OdooError('odoo.exceptions.ValidationError', 'Contacts require a name')
    for (const field of REQUIRED[model] ?? [])
      if ((merged[field] ?? false) === false)
        throw new OdooError('odoo.exceptions.ValidationError', `Missing required value for the field '${field}'`)
    return { ...values, ...normalisedMail(values), ...lists(model, values, known) }
  }

  /** Lists of records after the commands on them: `[5]` empties, `[0, 0, values]` makes a new one, `[4, id]` links, `[6, 0, ids]` replaces. */
  function lists(model: string, values: JsonObject, known: JsonObject): JsonObject {
    const done = Object.entries(values).flatMap(([field, commands]): [string, Json][] => {
      if (!Array.isArray(commands)) return []
      const child = typesOf(model)[field]?.split(':')[1]
      const held = known[field]
      let list = Array.isArray(held) ? [...held] : []
      for (const command of commands.filter(Array.isArray)) {
        const [kind, id = 0, given] = command
        if (kind === 5) list = []
        if (kind === 6 && Array.isArray(given)) list = [...given]
        if (kind === 4) list.push(id)
        if (kind === 0 && isJsonObject(given) && child !== undefined) list.push(database.create(child, given))
      }
      return [[field, list]]
    })
    return Object.fromEntries(done)
  }

  const database: Database = {
    as(author, act) {
      uid = author === 'api' ? hubUid : PERSON_UID
      try {
        act()
      } finally {
        uid = hubUid
      }
    },
    seen(model, record) {
      const object = objectOf(model, record)
      if (object !== undefined) watcher.shown(object, idOf(record))
    },
    typesOf,
    all: model => [...tableOf(model).values()],
    create(model, values) {
      count += 1
      const usual: JsonObject = model === 'res.partner' ? { type: 'contact', is_company: false } : {}
      const start: JsonObject = { id: count, active: true, ...usual }
      const at = stamp()
      const record = { ...start, ...checked(model, values, start), create_date: at, write_date: at, write_uid: uid }
      const id = count
      tableOf(model).set(id, record)
      note(model, 'created', record, values)
      return id
    },
    write(model, ids, values) {
      const at = stamp()
      const records = ids.map(id => [id, existing(model, id)] as const)
      const changed = records.map(([id, record]) => [id, { ...record, ...checked(model, values, record) }] as const)
      for (const [id, record] of changed) {
        const written = { ...record, write_date: at, write_uid: uid }
        tableOf(model).set(id, written)
        note(model, 'updated', written, values)
      }
    },
    unlink(model, ids) {
      for (const id of ids) existing(model, id)
      for (const id of ids) {
        const record = existing(model, id)
        tableOf(model).delete(id)
        note(model, 'deleted', record, {})
      }
    },
    search(model, domain, { order = 'id asc', limit = Infinity, offset = 0 } = {}) {
      try {
        const found = [...tableOf(model).values()].filter(record => fits(record, domain))
        return sorted(found, order).slice(offset, offset + limit)
      } catch (error) {
        if (error instanceof DomainError) throw new OdooError('builtins.ValueError', error.message)
        throw error
      }
    },
    shown(model, record, fields) {
      const types = typesOf(model)
      const shown = (fields.length === 0 ? Object.keys(types) : fields).map((field): [string, Json] => {
        const type = types[field] ?? (field.startsWith('x_') ? 'char' : undefined)
        if (type === undefined)
          throw new OdooError('builtins.ValueError', `Invalid field '${field}' on model '${model}'`)
        const value =
          field === 'commercial_partner_id' ? record['parent_id'] || (record['id'] ?? false) : (record[field] ?? false)
        if (type === 'datetime' && typeof value === 'string') return [field, value.slice(0, 19)]
        if (isMany2one(type) && typeof value === 'number') return [field, [value, nameOf(type, value)]]
        if (type.includes('2many') && value === false) return [field, []]
        return [field, value]
      })
      return { id: record['id'] ?? false, ...Object.fromEntries(shown) }
    },
    load(model, fields, data) {
      const before = new Map(tableOf(model))
      const messages: JsonObject[] = []
      const ids = data.map((row, place) => {
        try {
          return loadRow(model, fields, row)
        } catch (error) {
          if (!(error instanceof OdooError)) throw error
          messages.push({ type: 'error', message: error.message, record: place, rows: { from: place, to: place } })
          return 0
        }
      })
      if (messages.length === 0) return { ids, messages: [], nextrow: 0 }
      tables.set(model, before)
      return { ids: false, messages }
    },
  }

  /** `id` is an external id, `x/.id` a related record by its id in the database; all cells are texts. */
  function loadRow(model: string, fields: readonly string[], row: readonly string[]): number {
    const values: JsonObject = {}
    let externalId = ''
    fields.forEach((column, at) => {
      const cell = row[at] ?? ''
      const field = column.replace('/.id', '')
      if (column === 'id') externalId = cell
      else values[field] = cellValue(cell, column.endsWith('/.id') ? 'id' : (typesOf(model)[field] ?? 'char'))
    })
    const known = externalIds.get(externalId)
    if (known !== undefined && tableOf(model).has(known)) {
      database.write(model, [known], values)
      return known
    }
    const id = database.create(model, values)
    externalIds.set(externalId, id)
    return id
  }

  function existing(model: string, id: number): JsonObject {
    const record = tableOf(model).get(id)
    if (record !== undefined) return record
    throw new OdooError('odoo.exceptions.MissingError', 'Record does not exist or has been deleted.')
  }

  function nameOf(model: string, id: number): Json {
    const record = Object.hasOwn(MODELS, model) ? tableOf(model).get(id) : undefined
    return record?.['name'] ?? `${model},${id}`
  }
  return database
}

const idOf = (record: JsonObject): string => asText(record['id']) ?? ''

/** As which object the connector knows a record. */
function objectOf(model: string, record: JsonObject): string | undefined {
  return Object.entries(OBJECTS).find(([, form]) => form.model === model && fits(record, form.domain))?.[0]
}

function normalisedMail(values: JsonObject): JsonObject {
  const email = values['email'] ?? values['email_from']
  return email === undefined ? {} : { email_normalized: typeof email === 'string' ? email.toLowerCase() : false }
}

const isMany2one = (type: string) => type.includes('.') && !type.includes(':')

function cellValue(cell: string, type: string): Json {
  if (cell === '') return false
  if (type === 'boolean') return cell === '1' || cell.toLowerCase() === 'true'
  return ['id', 'integer', 'float', 'monetary'].includes(type) ? Number(cell) : cell
}

function sorted(records: JsonObject[], order: string): JsonObject[] {
  const fields = order.split(',').map(part => part.trim().split(' ')[0] ?? 'id')
  return records.sort((a, b) => {
    for (const field of fields) {
      const [x, y] = [a[field] ?? false, b[field] ?? false]
      if (x !== y)
        return typeof x === 'number' && typeof y === 'number' ? x - y : JSON.stringify(x) < JSON.stringify(y) ? -1 : 1
    }
    return 0
  })
}
