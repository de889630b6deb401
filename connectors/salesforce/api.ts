import { classifyFailure, classifyStatus, type Operation } from '#connector/classify.ts'
import type { HttpReply } from '#connector/network/http.ts'
import type { Access } from '#connector/kit.ts'
import { requestWithToken } from '#connector/oauth.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { Json } from '#model/json.ts'
import { signIn } from './auth.ts'
import { errorsIn, outcomeOfErrors } from './errors.ts'
import type { Settings } from './settings.ts'

export interface ApiCall {
  /** What it is for: decides what a failure means. */
  operation: Operation
  method: string
  /** Below `/services/data/vNN.0`. */
  path: string
  query?: Readonly<Record<string, string>>
  json?: Json
}

export type Exchanged = { ok: true; reply: HttpReply } | { ok: false; outcome: Outcome; status?: number }

/** One call, signed in (again, once, when the session ended) and classified. */
export async function exchange(access: Access<Settings>, call: ApiCall): Promise<Exchanged> {
  const { operation, method, path, query, json } = call
  const reply = await requestWithToken(
    access,
    {
      method,
      url: `${access.settings.instanceUrl}${apiPath(access.settings)}${path}`,
      headers: { accept: 'application/json', ...writeHeaders(access.settings, method) },
      ...(query === undefined ? {} : { query }),
      ...(json === undefined ? {} : { json }),
    },
    { name: tokenName(access.settings), obtain: () => signIn(access), isExpired },
  )
  if (!reply.ok) {
    return { ok: false, outcome: reply.kind === 'sign_in' ? reply.outcome : classifyFailure(reply, operation) }
  }
  const outcome = outcomeOfReply(reply, operation, access.nowMs())
  return outcome === undefined ? { ok: true, reply } : { ok: false, outcome, status: reply.status }
}

/** Another user's session must not be taken for this one's. */
function tokenName({ auth }: Settings): string {
  return auth.type === 'jwt' ? `oauth ${auth.username}` : 'oauth'
}

/** What a reply means: by its error code, else by its status; undefined: it worked. */
export function outcomeOfReply(
  reply: Pick<HttpReply, 'status' | 'json' | 'text' | 'headers'>,
  operation: Operation,
  nowMs: number,
): Outcome | undefined {
  const { status } = reply
  if (status >= 200 && status < 300) return undefined
  if (status === 300) return { kind: 'rejected', reason: 'several records bear this external id: merge them' }
  const known = status < 500 ? outcomeOfErrors(errorsIn(reply.json), { operation, nowMs }) : undefined
  return known ?? classifyStatus({ ok: true, ...reply }, { operation, nowMs })
}

export function apiPath({ apiVersion }: Settings): string {
  return `/services/data/v${apiVersion}`
}

/** Change events name the client that wrote; duplicate rules that only warn are overridden where that is wanted. */
function writeHeaders({ duplicateRules }: Settings, method: string): Record<string, string> {
  if (method === 'GET') return {}
  const allowed = duplicateRules === 'allowSave' ? { 'sforce-duplicate-rule-header': 'allowSave=true' } : {}
  return { 'sforce-call-options': 'client=patchbay', ...allowed }
}

/** These answers look like an ended session and are a wrong set-up: a new token would change nothing. */
const NOT_EXPIRED = /not valid for use with the REST API|not attached to Agent/i

function isExpired({ status, json, text }: HttpReply): boolean {
  return status === 401 && !errorsIn(json).some(error => NOT_EXPIRED.test(error.message)) && !NOT_EXPIRED.test(text)
}
