import {
  serveSandbox,
  type Sandbox,
  type SandboxAnswer,
  type SandboxCall,
  type SandboxNetwork,
} from '#connector/sandbox.ts'
import { isJsonObject, type JsonObject } from '#model/json.ts'
import { outboundMessage } from './sandbox/message.ts'
import { createOrg, type Org, type OrgOptions } from './sandbox/org.ts'
import { runQuery } from './sandbox/query.ts'
import { createSessions } from './sandbox/sessions.ts'
import { composite, problem, removeCollection, writeCollection, writeOne } from './sandbox/writes.ts'

const EXTERNAL_ID = 'Hub_Id__c'
const CALLS_PER_DAY = 15_000

/** What tests and the demo do with the org beside calling its API. */
export interface SalesforceSandbox extends Sandbox {
  url: string
  network: SandboxNetwork
  org: Org
  username: string
  /** Every call so far, newest last. */
  calls: readonly SandboxCall[]
  /** Answers the next calls of the API in this way instead, one each. */
  answerNext(...answers: SandboxAnswer[]): void
  /** All sessions end, as after a night. */
  expireSessions(): void
  /** Rows in a page of a query. */
  rowsPerPage: number
  /** An outbound message about these records, as the org posts it. */
  message(
    object: string,
    ids: readonly string[],
    fields?: readonly string[],
  ): { headers: Record<string, string>; body: string }
}

/** A stand-in of an org: sessions, SOQL, single writes, collections, composite requests, limits, outbound messages. */
export async function startSandbox(options: OrgOptions = {}): Promise<SalesforceSandbox> {
  const { nowMs = Date.now } = options
  const org = createOrg(EXTERNAL_ID, options)
  const sessions = createSessions(org.id, nowMs)
  const calls: SandboxCall[] = []
  const answers: SandboxAnswer[] = []
  const pages = new Map<string, { total: number; rows: JsonObject[] }>()

  const server = await serveSandbox(call => {
    if (call.path === '/services/oauth2/token') return sessions.token(call, server.url)
    calls.push(call)
    if (!sessions.isLive(call)) return problem(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
    const answer = answers.shift() ?? route(call)
    const used = { 'sforce-limit-info': `api-usage=${calls.length}/${CALLS_PER_DAY}` }
    return { ...answer, headers: { ...used, ...answer.headers } }
  })

  function route(call: SandboxCall): SandboxAnswer {
    const [, apiPath = '', path = ''] = /^(\/services\/data\/v\d\d\.0)(\/.*)?$/.exec(call.path) ?? []
    const body = bodyOf(call)
    if (body === undefined) return problem(400, 'JSON_PARSER_ERROR', 'the body is no JSON object')
    if (path === '/limits') {
      return {
        status: 200,
        json: { DailyApiRequests: { Max: CALLS_PER_DAY, Remaining: CALLS_PER_DAY - calls.length } },
      }
    }
    const [, endpoint, locator] = /^\/(query|queryAll)(?:\/(.+))?$/.exec(path) ?? []
    if (endpoint !== undefined) return queried(call, apiPath, endpoint, locator)
    if (path === '/composite') {
      const kept = org.snapshot()
      const run = (method: string, url: string, own: JsonObject) =>
        method === 'PATCH' ? single(url.slice(apiPath.length), own) : problem(405, 'METHOD_NOT_ALLOWED', method)
      return composite(body, run, () => org.restore(kept))
    }
    const [, type, field] = /^\/composite\/sobjects(?:\/(\w+)\/(\w+))?$/.exec(path) ?? [undefined, '', '']
    if (path.startsWith('/composite/sobjects')) {
      if (call.method === 'DELETE') return removeCollection(org, (call.query.get('ids') ?? '').split(','))
      return writeCollection(org, type === undefined || field === undefined ? undefined : { type, field }, body)
    }
    return call.method === 'PATCH' ? single(path, body) : object(call, path, body)
  }

  function single(path: string, body: JsonObject): SandboxAnswer {
    const [, type = '', ...key] = path.replace('/sobjects', '').split('/').map(decodeURIComponent)
    return org.has(type) ? writeOne(org, type, key, body) : NOT_FOUND
  }

  /** What only other clients do: create, read and delete single records. */
  function object(call: SandboxCall, path: string, body: JsonObject): SandboxAnswer {
    const [, type = '', id = ''] = /^\/sobjects\/(\w+)(?:\/(\w+))?$/.exec(path) ?? []
    if (!org.has(type)) return NOT_FOUND
    if (call.method === 'POST') {
      const written = org.create(type, body)
      if (!written.ok) return problem(400, written.code, written.message, written.fields)
      return { status: 201, json: { id: written.id, success: true, errors: [] } }
    }
    if (path.endsWith('/describe')) return { status: 200, json: { name: type, fields: described(org, type) } }
    const record = org.record(type, id)
    if (record === undefined || record['IsDeleted'] === true) return NOT_FOUND
    if (call.method === 'GET') return { status: 200, json: { attributes: { type, url: call.path }, ...record } }
    org.remove(id)
    return { status: 204 }
  }

  function queried(call: SandboxCall, apiPath: string, endpoint: string, locator: string | undefined): SandboxAnswer {
    const soql = call.query.get('q') ?? ''
    const answer = locator === undefined ? runQuery(org, soql, endpoint === 'queryAll', apiPath) : undefined
    if (answer?.ok === false) return problem(400, answer.errorCode, answer.message)
    const found = answer ?? pages.get(locator ?? '')
    if (found === undefined) return problem(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator')
    const { total, rows } = found
    const rest = rows.slice(sandbox.rowsPerPage)
    const next = `01g${String(pages.size).padStart(15, '0')}-${sandbox.rowsPerPage}`
    if (rest.length > 0) pages.set(next, { total, rows: rest })
    const more = rest.length > 0 ? { done: false, nextRecordsUrl: `${apiPath}/query/${next}` } : { done: true }
    return { status: 200, json: { totalSize: total, ...more, records: rows.slice(0, sandbox.rowsPerPage) } }
  }

  const sandbox: SalesforceSandbox = {
    url: server.url,
    network: server.network,
    org,
    username: sessions.username,
    calls,
    rowsPerPage: 2000,
    settings: { instanceUrl: server.url, currency: 'EUR', organizationId: org.id },
    secrets: { ...sessions.secrets, webhookSecret: ['sandbox-path-secret'] },
    records: object => org.all(object).filter(record => record['IsDeleted'] === false),
    answerNext: (...more) => void answers.push(...more),
    expireSessions: sessions.expireAll,
    message: (object, ids, fields) => outboundMessage(org, object, ids, fields),
    close: server.close,
  }
  return sandbox
}

function described(org: Org, type: string): JsonObject[] {
  return [...org.fieldsOf(type)].map(name => {
    const isOurs = name === EXTERNAL_ID
    return { name, externalId: isOurs, unique: isOurs }
  })
}

const NOT_FOUND = problem(404, 'NOT_FOUND', 'The requested resource does not exist')

function bodyOf({ body }: SandboxCall): JsonObject | undefined {
  if (body.length === 0) return {}
  try {
    const given: unknown = JSON.parse(Buffer.from(body).toString())
    return isJsonObject(given) ? given : undefined
  } catch {
    return undefined
  }
}
