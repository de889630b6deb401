import {
  serveSandbox,
  type Sandbox,
  type SandboxAnswer,
  type SandboxCall,
  type SandboxNetwork,
  type SandboxOptions,
} from '#connector/sandbox.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { OBJECTS } from './objects.ts'
import { createDatabase, OdooError, type Database } from './sandbox/database.ts'
import { fits } from './sandbox/domain.ts'
import { runMethod } from './sandbox/methods.ts'

const KEY = 'sandbox-api-key-0123456789abcdef'
const DATABASE = 'acme'
const LOGIN = 'hub@example.com'
const HUB_UID = 7
const VERSION = '19.0'

export interface OdooSandbox extends Sandbox {
  url: string
  network: SandboxNetwork
  database: Database
  /** Settings that speak JSON-RPC instead. */
  rpcSettings: JsonObject
  calls: readonly SandboxCall[]
  /** Answers the next calls in this way instead, one each. */
  answerNext(...answers: SandboxAnswer[]): void
  /** The body of "Send Webhook Notification" for a record, with these fields. */
  notification(action: string, model: string, id: number, fields: readonly string[]): JsonObject
}

/** A stand-in of an Odoo database: JSON-2 and JSON-RPC over the same records, with the exceptions of each. */
export async function startSandbox(options: SandboxOptions = {}): Promise<OdooSandbox> {
  const database = createDatabase(HUB_UID, options)
  for (const [name, code] of Object.entries(COUNTRIES)) database.create('res.country', { name, code })
  for (const name of ['EUR', 'USD', 'CNY']) database.create('res.currency', { name })
  for (const name of ['New', 'Qualified', 'Proposition', 'Won'])
    database.create('crm.stage', { name, is_won: name === 'Won' })
  const calls: SandboxCall[] = []
  const answers: SandboxAnswer[] = []
  const server = await serveSandbox(call => {
    calls.push(call)
    if (call.path === '/web/version')
      return { status: 200, json: { version_info: [19, 0, 0, 'final', 0, ''], version: VERSION } }
    return answers.shift() ?? (call.path === '/jsonrpc' ? rpc(call) : json2(call))
  })

  function json2(call: SandboxCall): SandboxAnswer {
    const [, model = '', method = ''] = /^\/json\/2\/([\w.]+)\/(\w+)$/.exec(call.path) ?? []
    try {
      if (call.headers.authorization !== `bearer ${KEY}`)
        throw new OdooError('werkzeug.exceptions.Unauthorized', 'Invalid apikey')
      const { ids, context: _, ...args } = objectIn(call.body)
      return { status: 200, json: runMethod(database, HUB_UID, model, method, idsOf(ids), args) }
    } catch (error) {
      if (!(error instanceof OdooError)) throw error
      const { name, message } = error
      return {
        status: STATUS[name] ?? 500,
        json: { name, message, arguments: [message], context: {}, debug: 'Traceback' },
      }
    }
  }

  function rpc(call: SandboxCall): SandboxAnswer {
    const { id, params } = objectIn(call.body)
    const answered = (more: JsonObject) => ({ status: 200, json: { jsonrpc: '2.0', id: id ?? null, ...more } })
    try {
      return answered({ result: service(isJsonObject(params) ? params : {}) })
    } catch (error) {
      if (!(error instanceof OdooError)) throw error
      const { name, message } = error
      const data = { name, message, arguments: [message], debug: 'Traceback' }
      return answered({ error: { code: 200, message: 'Odoo Server Error', data } })
    }
  }

  function service({ service: name, method, args }: JsonObject): Json {
    const given = Array.isArray(args) ? args : []
    if (name === 'common' && method === 'authenticate') {
      return given[0] === DATABASE && given[1] === LOGIN && given[2] === KEY ? HUB_UID : false
    }
    const [db, uid, key, model, called, positional, named] = given
    if (db !== DATABASE || uid !== HUB_UID || key !== KEY)
      throw new OdooError('odoo.exceptions.AccessDenied', 'Access Denied')
    if (typeof model !== 'string' || typeof called !== 'string') throw new OdooError('builtins.TypeError', 'execute_kw')
    const { context: _, ...rest } = isJsonObject(named) ? named : {}
    const first = Array.isArray(positional) ? positional[0] : undefined
    if (called !== 'create') return runMethod(database, HUB_UID, model, called, idsOf(first), rest)
    if (first === undefined) throw new OdooError('builtins.IndexError', 'list index out of range')
    return runMethod(database, HUB_UID, model, called, [], { vals_list: first })
  }

  const common = { url: server.url, database: DATABASE }
  return {
    url: server.url,
    network: server.network,
    database,
    calls,
    settings: common,
    rpcSettings: { ...common, api: 'jsonrpc', login: LOGIN },
    secrets: { apiKey: [KEY], webhookSecret: ['sandbox-path-secret'] },
    records(object) {
      const { model, domain } = OBJECTS[object] ?? { model: object, domain: [] }
      return database.all(model).filter(record => fits(record, domain))
    },
    answerNext: (...more) => void answers.push(...more),
    notification(action, model, id, fields) {
      const record = database.search(model, [['id', '=', id]])[0] ?? { id }
      const shown = Object.entries(database.shown(model, record, fields)).map(([field, value]): [string, Json] => [
        field,
        Array.isArray(value) ? (value[0] ?? false) : value,
      ])
      return { _action: `${action}(#412)`, _id: id, _model: model, ...Object.fromEntries(shown) }
    },
    close: server.close,
  }
}

const COUNTRIES: Readonly<Record<string, string>> = {
  Germany: 'DE',
  China: 'CN',
  Netherlands: 'NL',
  Portugal: 'PT',
  'United States': 'US',
}
const STATUS: Readonly<Record<string, number>> = {
  'werkzeug.exceptions.Unauthorized': 401,
  'werkzeug.exceptions.NotFound': 404,
  'odoo.exceptions.MissingError': 404,
  'odoo.exceptions.ValidationError': 422,
  'odoo.exceptions.UserError': 422,
  'builtins.ValueError': 422,
  'builtins.TypeError': 422,
  'builtins.KeyError': 404,
}

function objectIn(body: Uint8Array): JsonObject {
  const given: unknown = JSON.parse(Buffer.from(body).toString())
  return isJsonObject(given) ? given : {}
}

function idsOf(value: Json | undefined): number[] {
  return Array.isArray(value) ? value.filter(id => typeof id === 'number') : []
}
