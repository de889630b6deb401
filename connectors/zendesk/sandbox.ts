import { basicCredentials } from '#connector/oauth.ts'
import { listAt, textAt, valueAt } from '#connector/reply-path.ts'
import {
  serveSandbox,
  type Sandbox,
  type SandboxAnswer,
  type SandboxCall,
  type SandboxNetwork,
  type SandboxOptions,
} from '#connector/sandbox.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { isObject, OBJECTS, plural, type ObjectName } from './objects.ts'
import { createAccount, type SandboxAccount } from './sandbox/account.ts'
import { exported } from './sandbox/exports.ts'
import { createJobs, type SandboxJobs } from './sandbox/jobs.ts'
import { NOT_FOUND, read } from './sandbox/reads.ts'
import type { Refusal, SandboxRecord, Written } from './sandbox/records.ts'

const EMAIL = 'hub@example.com'
const TOKEN = 'sandbox-api-token'
const SIGNING_SECRET = 'sandbox-signing-secret'

export interface ZendeskSandbox extends Sandbox {
  url: string
  network: SandboxNetwork
  account: SandboxAccount
  /** Answers the next calls in this way instead of doing them. */
  answerNext(...answers: readonly SandboxAnswer[]): void
  /** What exports leave out, as Zendesk does with the last minute. */
  setExportLag(ms: number): void
}

interface State {
  account: SandboxAccount
  jobs: SandboxJobs
  /** Answers by idempotency key, with the body that they were given to. */
  answered: Map<string, { body: string; answer: SandboxAnswer }>
  exportLagMs: number
}

/** A stand-in of Zendesk's API v2, as far as this connector and its tests use it. */
export async function startSandbox(options: SandboxOptions = {}): Promise<ZendeskSandbox> {
  const account = createAccount(SIGNING_SECRET, options)
  const state: State = { account, jobs: createJobs(account), answered: new Map(), exportLagMs: 0 }
  const planned: SandboxAnswer[] = []
  const server = await serveSandbox(call => {
    if (call.headers.authorization !== basicCredentials(`${EMAIL}/token`, TOKEN)) {
      return { status: 401, json: { error: "Couldn't authenticate you" } }
    }
    const given = planned.shift() ?? answer(state, call, call.path.replace(/^\/api\/v2/, '').replace(/\.json$/, ''))
    noteShown(account, given.json)
    return given
  })
  return {
    url: server.url,
    network: server.network,
    account,
    settings: { baseUrl: server.url, indexLagMs: 0 },
    secrets: { email: [EMAIL], apiToken: [TOKEN], webhookSecret: [SIGNING_SECRET] },
    records: object => (isObject(object) ? account.records.living(object).map(({ fields }) => fields) : []),
    answerNext: (...answers) => void planned.push(...answers),
    setExportLag: ms => void (state.exportLagMs = ms),
    close: server.close,
  }
}

/** Whatever a reply holds of records is seen. */
function noteShown({ watcher }: SandboxAccount, reply: Json | undefined): void {
  for (const object of OBJECTS)
    for (const record of [valueAt(reply, object), ...listAt(reply, plural(object))]) {
      const id = textAt(record, 'id')
      if (id !== undefined) watcher.shown(object, id)
    }
}

function answer(state: State, call: SandboxCall, path: string): SandboxAnswer {
  const { method } = call
  if (path === '/users/me') return { status: 200, json: { user: { id: 1, name: 'Hub', role: 'admin' } } }
  const job = /^\/job_statuses\/(\w+)$/.exec(path)?.[1]
  if (job !== undefined) return state.jobs.status(job)
  if (path === '/users/create_or_update_many') return state.jobs.submit(bodyOf(call))
  if (method === 'DELETE' && path.startsWith('/deleted_users/')) return { status: 200, json: { deleted_user: {} } }
  for (const object of OBJECTS) {
    const name = plural(object)
    if (path.startsWith(`/incremental/${name}`)) {
      const how = { cursor: path.endsWith('/cursor'), lagMs: state.exportLagMs }
      return exported(state.account, object, call.query, how)
    }
    if (path === `/${name}` || path.startsWith(`/${name}/`))
      return ofObject(state, object, call, path.slice(name.length + 2))
  }
  return NOT_FOUND
}

function ofObject(state: State, object: ObjectName, call: SandboxCall, rest: string): SandboxAnswer {
  const { account } = state
  const { method, query } = call
  if (method === 'GET') return read(account, object, query, rest)
  const fields = fieldsOf(bodyOf(call), object)
  if (method === 'POST' && rest === '')
    return object === 'ticket'
      ? createOnce(state, call, fields)
      : written(object, account.write(object, undefined, fields))
  if (rest === 'create_or_update' && object !== 'ticket') return written(object, account.upsert(object, fields))
  const [id = '', part] = rest.split('/')
  const record = account.records.get(object, id)
  if (record === undefined) return NOT_FOUND
  if (method === 'DELETE') {
    account.remove(object, record)
    return object === 'user' ? { status: 200, json: { user: record.fields } } : { status: 204 }
  }
  if (part === 'merge' && object === 'user') return merged(account, record, fieldsOf(bodyOf(call), 'user'))
  if (part === 'satisfaction_rating') return rate(account, record, bodyOf(call))
  return written(object, account.write(object, record, fields))
}

/** A create with an idempotency key is done once; the same key with another body is refused. */
function createOnce({ account, answered }: State, call: SandboxCall, fields: JsonObject): SandboxAnswer {
  const key = String(call.headers['idempotency-key'] ?? '')
  const body = Buffer.from(call.body).toString('utf8')
  const before = key === '' ? undefined : answered.get(key)
  if (before !== undefined && before.body !== body) {
    return { status: 400, json: { error: 'IdempotentRequestError', description: 'the parameters differ' } }
  }
  if (before !== undefined) return { ...before.answer, headers: { 'x-idempotency-lookup': 'hit' } }
  const made = written('ticket', account.write('ticket', undefined, fields))
  if (key !== '') answered.set(key, { body, answer: made })
  return { ...made, headers: { 'x-idempotency-lookup': 'miss' } }
}

function merged(account: SandboxAccount, loser: SandboxRecord, { id }: JsonObject): SandboxAnswer {
  const survivor = account.records.get('user', typeof id === 'number' ? String(id) : '')
  if (survivor === undefined) return NOT_FOUND
  if (survivor === loser || [survivor, loser].some(({ fields }) => (fields['role'] ?? 'end-user') !== 'end-user'))
    return refusal({ field: 'base', error: 'InvalidUser', description: 'only two end users can be merged' })
  account.merge('user', loser, survivor)
  return { status: 200, json: { user: survivor.fields } }
}

function rate(account: SandboxAccount, ticket: SandboxRecord, body: Json): SandboxAnswer {
  const rating = fieldsOf(body, 'satisfaction_rating')
  if (!['solved', 'closed'].includes(textAt(ticket.fields, 'status') ?? '')) {
    return refusal({ field: 'base', error: 'InvalidTicket', description: 'the ticket is not solved' })
  }
  account.rate(ticket, rating)
  return { status: 200, json: { satisfaction_rating: rating } }
}

function written(object: ObjectName, result: Written): SandboxAnswer {
  if ('refused' in result) return refusal(result.refused)
  const { record, isNew } = result
  return { status: isNew ? 201 : 200, json: { [object]: record.fields } }
}

function refusal({ field, error, description }: Refusal): SandboxAnswer {
  const json = {
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: { [field]: [{ description, error }] },
  }
  return { status: 422, json }
}

function fieldsOf(body: Json, name: string): JsonObject {
  const fields = valueAt(body, name)
  return isJsonObject(fields) ? fields : {}
}

function bodyOf({ body }: SandboxCall): Json {
  const text = Buffer.from(body).toString('utf8')
  return text === '' ? null : (JSON.parse(text) as Json)
}
