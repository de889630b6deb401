import type { Operation } from '#connector/classify.ts'
import type { HttpCall, HttpReply } from '#connector/network/http.ts'
import type { Access } from '#connector/kit.ts'
import { basicCredentials } from '#connector/oauth.ts'
import type { Outcome } from '#connector/outcome.ts'
import { outcomeOf } from './classify.ts'
import type { Settings } from './settings.ts'

export type Called = { ok: true; reply: HttpReply } | { ok: false; outcome: Outcome }

export type Request = Pick<HttpCall, 'method' | 'query' | 'json' | 'headers'> & {
  /** Below `/api/v2`, with a leading slash. */
  path: string
}

/** One call, signed in and classified; `operation` says what it is for. */
export async function call(access: Access<Settings>, operation: Operation, request: Request): Promise<Called> {
  const authorization = authorizationOf(access)
  if (authorization === undefined) return { ok: false, outcome: noCredentials(access.settings) }
  const { path, headers, ...rest } = request
  const reply = await access.http.request({
    ...rest,
    url: `${baseUrl(access.settings)}/api/v2${path}`,
    headers: { accept: 'application/json', authorization, ...headers },
  })
  const outcome = outcomeOf(reply, operation, access.nowMs())
  if (outcome !== undefined) return { ok: false, outcome }
  return reply.ok ? { ok: true, reply } : { ok: false, outcome: { kind: 'retry', reason: reply.message } }
}

function baseUrl({ subdomain = '', baseUrl: given }: Settings): string {
  return given ?? `https://${subdomain}.zendesk.com`
}

function authorizationOf({ settings, secrets }: Access<Settings>): string | undefined {
  const secret = (name: string): string | undefined => secrets[name]?.[0]
  if (settings.auth === 'oauth') {
    const token = secret('accessToken')
    return token === undefined ? undefined : `Bearer ${token}`
  }
  const email = secret('email')
  const token = secret('apiToken')
  return email === undefined || token === undefined ? undefined : basicCredentials(`${email}/token`, token)
}

function noCredentials({ auth }: Settings): Outcome {
  const names = auth === 'oauth' ? 'accessToken' : 'email and apiToken'
  return { kind: 'disconnected', reason: `the credentials are not set: ${names}` }
}
