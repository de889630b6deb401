import { sign } from 'node:crypto'
import type { HttpCall, HttpFailure, HttpReply } from './network/http.ts'
import type { Access } from './kit.ts'
import { classifyFailure, classifyStatus, reasonOf } from './classify.ts'
import type { Outcome } from './outcome.ts'
import { textAt, valueAt } from './reply-path.ts'

/** A token and when it ends (epoch ms), where the vendor says so; what a `TokenStore` obtains. */
export interface ObtainedToken {
  value: string
  expiresAtMs?: number
}

/** Signing in failed; carries what that means for the delivery. Thrown inside `obtain`, so that nothing is stored. */
export class SignInFailed extends Error {
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    super('sign-in failed')
    this.outcome = outcome
  }
}

/** A request to a token endpoint (RFC 6749): `form` holds the grant and its parameters. */
export interface TokenRequest {
  url: string
  form: Readonly<Record<string, string>>
  client: {
    id: string
    /** None where an assertion proves the client. */
    secret?: string
    /** Where id and secret go: into the form, or as HTTP Basic. */
    in: 'body' | 'basic'
  }
}

/** The call of a token request; the secret stands in the form or in the header. */
export function tokenCall({ url, form, client }: TokenRequest): HttpCall {
  const body = new URLSearchParams(form)
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  }
  if (client.in === 'basic') {
    headers['authorization'] = basicCredentials(encodeURIComponent(client.id), encodeURIComponent(client.secret ?? ''))
  } else {
    body.set('client_id', client.id)
    if (client.secret !== undefined) body.set('client_secret', client.secret)
  }
  return { method: 'POST', url, headers, body: body.toString() }
}

/** The token in a reply that succeeded; `expires_in` is in seconds. Throws `SignInFailed` when there is none. */
export function tokenIn(reply: HttpReply, nowMs: number): ObtainedToken {
  const value = textAt(reply.json, 'access_token')
  if (value === undefined) {
    throw new SignInFailed({ kind: 'disconnected', reason: 'the token reply has no access_token' })
  }
  const seconds = Number(valueAt(reply.json, 'expires_in') ?? 0)
  return seconds > 0 ? { value, expiresAtMs: nowMs + seconds * 1000 } : { value }
}

/** Asks a token endpoint. Throws `SignInFailed`: whatever it refuses is a matter of credentials, what else fails is tried again. */
export async function obtainToken(
  { http, nowMs }: Pick<Access<unknown>, 'http' | 'nowMs'>,
  request: TokenRequest,
): Promise<ObtainedToken> {
  const reply = await http.request(tokenCall(request))
  if (!reply.ok) throw new SignInFailed(classifyFailure(reply, 'login'))
  const outcome = classifyStatus(reply, { operation: 'login', nowMs: nowMs() })
  if (outcome === undefined) return tokenIn(reply, nowMs())
  if (outcome.kind === 'retry') throw new SignInFailed(outcome)
  const code = textAt(reply.json, 'error')
  const reason = `sign-in failed: ${reasonOf(reply)}${code === undefined ? '' : ` (${code})`}`
  throw new SignInFailed({ kind: 'disconnected', reason })
}

/**
 * One call with a bearer token from the token store; once more with a new token when the vendor calls it expired (default:
 * status 401). `outcome` says why no token could be had.
 */
export async function requestWithToken(
  access: Access<unknown>,
  call: HttpCall,
  token: { name: string; obtain: () => Promise<ObtainedToken>; isExpired?: (reply: HttpReply) => boolean },
): Promise<HttpReply | HttpFailure | { ok: false; kind: 'sign_in'; outcome: Outcome }> {
  const isExpired = token.isExpired ?? (reply => reply.status === 401)
  try {
    const first = await access.tokens.get(token.name, token.obtain)
    const reply = await access.http.request(withBearer(call, first))
    if (!reply.ok || !isExpired(reply)) return reply
    const second = await access.tokens.get(token.name, token.obtain, first)
    return await access.http.request(withBearer(call, second))
  } catch (error) {
    if (error instanceof SignInFailed) return { ok: false, kind: 'sign_in', outcome: error.outcome }
    throw error
  }
}

/** The secret of that name, newest first. Throws `SignInFailed` when the operator has not set it. */
export function requiredSecret({ secrets, system }: Access<unknown>, name: string): string {
  const value = secrets[name]?.[0]
  if (value !== undefined) return value
  throw new SignInFailed({ kind: 'disconnected', reason: `the secret "${name}" is not set for system ${system}` })
}

/** The value of an Authorization header (RFC 7617). */
export function basicCredentials(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
}

/** A JWT signed with RS256 (RFC 7523: an assertion in place of a client secret). Throws on a key that is no RSA key in PEM. */
export function signedJwt(claims: Readonly<Record<string, string | number>>, privateKeyPem: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const content = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), privateKeyPem).toString('base64url')}`
}

function withBearer(call: HttpCall, token: string): HttpCall {
  return { ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } }
}
