import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { OdooError, type Database } from './database.ts'

type Args = JsonObject

/** Runs a method of a model with arguments by name, as both interfaces do. Throws `OdooError`. */
export function runMethod(
  database: Database,
  uid: number,
  model: string,
  method: string,
  ids: readonly number[],
  args: Args,
): Json {
  if (model === 'res.users' && method === 'context_get') return { lang: 'en_US', tz: 'Europe/Berlin', uid }
  const known = METHODS[method]
  if (known === undefined) {
    throw new OdooError('werkzeug.exceptions.NotFound', `The method '${method}' does not exist on the model '${model}'`)
  }
  const unknown = Object.keys(args).find(name => !known.takes.includes(name))
  if (unknown !== undefined)
    throw new OdooError('builtins.TypeError', `${method}() got an unexpected keyword argument '${unknown}'`)
  return known.run(database, model, ids, args)
}

interface Method {
  takes: readonly string[]
  run(database: Database, model: string, ids: readonly number[], args: Args): Json
}

const SEARCH = ['domain', 'offset', 'limit', 'order']

const METHODS: Readonly<Record<string, Method>> = {
  search: {
    takes: SEARCH,
    run: (database, model, _, args) => searched(database, model, args).map(record => record['id'] ?? 0),
  },
  search_read: {
    takes: [...SEARCH, 'fields', 'load'],
    run: (database, model, _, args) =>
      searched(database, model, args).map(record => {
        database.seen(model, record)
        return database.shown(model, record, texts(args['fields']))
      }),
  },
  fields_get: {
    takes: ['allfields', 'attributes'],
    run: (database, model) =>
      Object.fromEntries(
        Object.entries(database.typesOf(model)).map(([field, type]) => [
          field,
          type.includes('.') ? { type: 'many2one', relation: type } : { type },
        ]),
      ),
  },
  create: {
    takes: ['vals_list'],
    run: (database, model, _, args) => objects(args['vals_list']).map(values => database.create(model, values)),
  },
  write: {
    takes: ['vals'],
    run(database, model, ids, args) {
      database.write(model, ids, isJsonObject(args['vals']) ? args['vals'] : {})
      return true
    },
  },
  unlink: {
    takes: [],
    run(database, model, ids) {
      database.unlink(model, ids)
      return true
    },
  },
  load: {
    takes: ['fields', 'data'],
    run: (database, model, _, args) =>
      database.load(model, texts(args['fields']), (Array.isArray(args['data']) ? args['data'] : []).map(texts)),
  },
}

function searched(database: Database, model: string, args: Args): JsonObject[] {
  const { domain, order, limit, offset } = args
  return database.search(model, Array.isArray(domain) ? domain : [], {
    ...(typeof order === 'string' ? { order } : {}),
    ...(typeof limit === 'number' ? { limit } : {}),
    ...(typeof offset === 'number' ? { offset } : {}),
  })
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter(one => typeof one === 'string') : []
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}
