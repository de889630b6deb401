import type { Operation } from '#connector/classify.ts'
import type { HttpCall, HttpReply } from '#connector/network/http.ts'
import type { Access } from '#connector/kit.ts'
import { obtainToken, requestWithToken, requiredSecret } from '#connector/oauth.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { outcomeOf } from './classify.ts'
import type { Settings } from './settings.ts'

export type Called = { ok: true; reply: HttpReply } | { ok: false; outcome: Outcome }

export interface Request {
  method: 'GET' | 'POST'
  path: string
  query?: Readonly<Record<string, string>>
  json?: Json
}

/** One call, signed in and classified; `operation` says what it is for. */
export async function call(access: Access<Settings>, operation: Operation, request: Request): Promise<Called> {
  const { path, ...rest } = request
  const reply = await signedIn(access, { ...rest, url: `${access.settings.baseUrl}${path}` })
  if ('outcome' in reply) return { ok: false, outcome: reply.outcome }
  const outcome = outcomeOf(reply, operation, access.nowMs())
  if (outcome !== undefined) return { ok: false, outcome }
  return reply.ok ? { ok: true, reply } : { ok: false, outcome: { kind: 'retry', reason: reply.message } }
}

/** Inputs of one batch call, as all of HubSpot's batches take them. */
export function post(access: Access<Settings>, operation: Operation, path: string, json: JsonObject): Promise<Called> {
  return call(access, operation, { method: 'POST', path, json })
}

async function signedIn(access: Access<Settings>, request: HttpCall) {
  if (access.settings.auth === 'token') {
    const token = access.secrets['accessToken']?.[0]
    if (token === undefined) return { outcome: noToken }
    return access.http.request({ ...request, headers: { authorization: `Bearer ${token}` } })
  }
  // A 401 is no sign of an old token: HubSpot says to go by the expiry alone.
  return requestWithToken(access, request, { name: 'oauth', obtain: () => refreshed(access), isExpired: () => false })
}

const noToken: Outcome = { kind: 'disconnected', reason: 'the secret "accessToken" is not set' }

function refreshed(access: Access<Settings>) {
  return obtainToken(access, {
    url: `${access.settings.baseUrl}/oauth/v1/token`,
    form: { grant_type: 'refresh_token', refresh_token: requiredSecret(access, 'refreshToken') },
    client: { id: requiredSecret(access, 'clientId'), secret: requiredSecret(access, 'clientSecret'), in: 'body' },
  })
}
