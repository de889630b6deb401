import type { Operation } from '#connector/classify.ts'
import { classifyFailure } from '#connector/classify.ts'
import type { HttpCall, HttpReply } from '#connector/network/http.ts'
import type { Access } from '#connector/kit.ts'
import { requiredSecret, SignInFailed } from '#connector/oauth.ts'
import type { Outcome } from '#connector/outcome.ts'
import { answeredAtMs, valueAt } from '#connector/reply-path.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { outcomeOf } from './classify.ts'
import type { Settings } from './settings.ts'

/** A call of a method of a model. */
export interface ModelCall {
  /** What it is for: decides what a failure means. */
  operation: Operation
  model: string
  method: string
  /** The records that it is about; absent: the model as such. */
  ids?: readonly number[]
  /** Arguments by name. */
  args?: JsonObject
}

/** `atMs`: when Odoo answered, by its own clock; what it says of times it says no better. */
export type Called =
  { ok: true; result: Json; atMs: number | undefined } | { ok: false; outcome: Outcome; reply?: HttpReply }

/** Calls a method by the interface of the settings; archived records are seen too. */
export async function call(access: Access<Settings>, asked: ModelCall): Promise<Called> {
  try {
    const http = access.settings.api === 'json2' ? json2Call(access, asked) : await rpcCall(access, asked)
    const reply = await access.http.request(http)
    if (!reply.ok) return { ok: false, outcome: classifyFailure(reply, asked.operation) }
    const outcome = outcomeOf(reply, { operation: asked.operation, nowMs: access.nowMs() })
    if (outcome !== undefined) return { ok: false, outcome, reply }
    const result = access.settings.api === 'json2' ? reply.json : valueAt(reply.json, 'result')
    return { ok: true, result: result ?? null, atMs: answeredAtMs(reply) }
  } catch (error) {
    if (error instanceof SignInFailed) return { ok: false, outcome: error.outcome }
    throw error
  }
}

function contextOf({ lang }: Settings): JsonObject {
  return { lang, active_test: false }
}

/** Odoo 19: the method in the address, arguments by name, an API key as bearer token. */
function json2Call(access: Access<Settings>, { model, method, ids, args }: ModelCall): HttpCall {
  const { url, database } = access.settings
  return {
    method: 'POST',
    url: `${url}/json/2/${model}/${method}`,
    headers: {
      authorization: `bearer ${requiredSecret(access, 'apiKey')}`,
      'user-agent': 'Patchbay',
      ...(database === undefined ? {} : { 'x-odoo-database': database }),
    },
    json: { ...args, ...(ids === undefined ? {} : { ids: [...ids] }), context: contextOf(access.settings) },
  }
}

/** Until Odoo 21: `execute_kw` with the user's number and an API key or password in each call. */
async function rpcCall(access: Access<Settings>, { model, method, ids, args = {} }: ModelCall): Promise<HttpCall> {
  const { settings } = access
  const key = requiredSecret(access, 'apiKey')
  // Another user or database has another number.
  const uid = await access.tokens.get(`uid ${settings.database} ${settings.login}`, () => logIn(access, key))
  const named = { ...args, context: contextOf(settings) }
  const positional = ids === undefined ? [] : [[...ids]]
  // `create` alone must have its values by place: Odoo looks there for whether one or several were given.
  const { vals_list: values, ...others }: JsonObject = named
  if (values !== undefined) return execute(settings, [uid, key], model, method, [values], others)
  return execute(settings, [uid, key], model, method, positional, named)
}

/** The number of the user; `false` when name or key are wrong. A number does not change, so it is kept. */
async function logIn(access: Access<Settings>, key: string): Promise<{ value: string }> {
  const { settings } = access
  if (settings.login === undefined) throw disconnected('settings.login is missing: jsonrpc needs the name of the user')
  const reply = await access.http.request(
    rpc(settings, 'common', 'authenticate', [databaseOf(settings), settings.login, key, {}]),
  )
  if (!reply.ok) throw new SignInFailed(classifyFailure(reply, 'login'))
  const outcome = outcomeOf(reply, { operation: 'login', nowMs: access.nowMs() })
  if (outcome !== undefined) throw new SignInFailed(outcome)
  const uid = valueAt(reply.json, 'result')
  if (typeof uid !== 'number') throw disconnected('Odoo does not know this user name with this API key')
  return { value: String(uid) }
}

function execute(
  settings: Settings,
  [uid, key]: [uid: string, key: string],
  model: string,
  method: string,
  positional: Json[],
  named: JsonObject,
): HttpCall {
  const args = [databaseOf(settings), Number(uid), key, model, method, positional, named]
  return rpc(settings, 'object', 'execute_kw', args)
}

function databaseOf({ database }: Settings): string {
  if (database === undefined) throw disconnected('settings.database is missing: jsonrpc needs the name of the database')
  return database
}

function disconnected(reason: string): SignInFailed {
  return new SignInFailed({ kind: 'disconnected', reason })
}

function rpc({ url }: Settings, service: string, method: string, args: Json[]): HttpCall {
  const json = { jsonrpc: '2.0', method: 'call', id: 1, params: { service, method, args } }
  return { method: 'POST', url: `${url}/jsonrpc`, json }
}
