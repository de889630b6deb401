import { classifyFailure } from '#connector/classify.ts'
import type { HttpCall, HttpReply } from '#connector/network/http.ts'
import type { Access } from '#connector/kit.ts'
import {
  basicCredentials,
  requiredSecret,
  SignInFailed,
  tokenCall,
  tokenIn,
  type ObtainedToken,
} from '#connector/oauth.ts'
import type { Outcome } from '#connector/outcome.ts'
import { compileText } from '#connector/template.ts'
import { assertNever } from '#model/assert.ts'
import { classifyByDefault, classifyByRules } from './classify.ts'
import { addressBelow, compiledApi } from './compiled.ts'
import { textAt } from '#connector/reply-path.ts'
import type { ApiSettings, AuthSettings } from './settings.ts'

type SessionSettings = Extract<AuthSettings, { type: 'session' }>
type ClientCredentials = Extract<AuthSettings, { type: 'oauth2ClientCredentials' }>

/** What is added to a call; `token` is there when it was obtained at run time and may be obtained again. */
export interface Authorization {
  headers: Record<string, string>
  query: Record<string, string>
  token?: string
}

/** The authentication of one call. `rejectedToken`: the vendor refused this one, a new one is obtained. */
export async function authorize(
  access: Access<ApiSettings>,
  rejectedToken?: string,
): Promise<{ ok: true; value: Authorization } | { ok: false; outcome: Outcome }> {
  try {
    return { ok: true, value: await authorization(access, access.settings.auth, rejectedToken) }
  } catch (error) {
    if (error instanceof SignInFailed) return { ok: false, outcome: error.outcome }
    throw error
  }
}

async function authorization(
  access: Access<ApiSettings>,
  auth: AuthSettings,
  rejected: string | undefined,
): Promise<Authorization> {
  switch (auth.type) {
    case 'none':
      return { headers: {}, query: {} }
    case 'basic':
      return inHeader(basicCredentials(requiredSecret(access, 'username'), requiredSecret(access, 'password')))
    case 'bearer':
      return inHeader(`Bearer ${requiredSecret(access, 'token')}`)
    case 'apiKey': {
      const value = `${auth.prefix}${requiredSecret(access, 'apiKey')}`
      return auth.in === 'header'
        ? { headers: { [auth.name.toLowerCase()]: value }, query: {} }
        : { headers: {}, query: { [auth.name]: value } }
    }
    case 'oauth2ClientCredentials': {
      const token = await access.tokens.get('oauth', () => obtainToken(access, auth), rejected)
      return { ...inHeader(`Bearer ${token}`), token }
    }
    case 'session': {
      const token = await access.tokens.get('session', () => logIn(access, auth), rejected)
      return { ...sessionParts(access, auth, token), token }
    }
    default:
      return assertNever(auth)
  }
}

/** RFC 6749 section 4.4. */
async function obtainToken(access: Access<ApiSettings>, auth: ClientCredentials): Promise<ObtainedToken> {
  const call = tokenCall({
    url: addressBelow(access.settings.baseUrl, auth.tokenUrl),
    form: {
      grant_type: 'client_credentials',
      ...auth.parameters,
      ...(auth.scope === undefined ? {} : { scope: auth.scope }),
    },
    client: { id: requiredSecret(access, 'clientId'), secret: requiredSecret(access, 'clientSecret'), in: auth.style },
  })
  return tokenIn(await send(access, call), access.nowMs())
}

async function logIn(access: Access<ApiSettings>, auth: SessionSettings) {
  const api = compiledApi(access.settings)
  const secrets = { username: requiredSecret(access, 'username'), password: requiredSecret(access, 'password') }
  const call = api
    .call('auth.login', auth.login)
    .render({ secrets, settings: access.settings.variables }, access.nowMs())
  if (!call.ok) throw new SignInFailed({ kind: 'disconnected', reason: call.message })
  const reply = await send(
    access,
    { ...call.value, headers: { ...access.settings.headers, ...call.value.headers } },
    auth,
  )
  const value = sessionToken(reply, auth)
  if (value === undefined)
    throw new SignInFailed({
      kind: 'disconnected',
      reason: `the login reply has no ${auth.token.from} ${auth.token.name}`,
    })
  return { value, ...expiry(access, auth.expiresInSeconds) }
}

function sessionToken(reply: HttpReply, { token }: SessionSettings): string | undefined {
  switch (token.from) {
    case 'body':
      return textAt(reply.json, token.name)
    case 'header':
      return reply.headers[token.name.toLowerCase()]
    case 'cookie':
      return cookieNamed(reply.headers['set-cookie'] ?? '', token.name)
    default:
      return assertNever(token.from)
  }
}

/** A cookie's value; several Set-Cookie headers arrive joined by commas or line ends. */
function cookieNamed(header: string, name: string): string | undefined {
  for (const part of header.split(/[;,\n]/)) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return value.join('=')
  }
  return undefined
}

function sessionParts(access: Access<ApiSettings>, { send: place }: SessionSettings, token: string): Authorization {
  const template = compileText('auth.send.value', place.value)
  const rendered = template.ok ? template.part.render({ token }, access.nowMs()) : template
  if (!rendered.ok) throw new SignInFailed({ kind: 'disconnected', reason: rendered.message })
  if (place.in === 'query') return { headers: {}, query: { [place.name]: rendered.value } }
  if (place.in === 'cookie') return { headers: { cookie: `${place.name}=${rendered.value}` }, query: {} }
  return { headers: { [place.name.toLowerCase()]: rendered.value }, query: {} }
}

async function send(access: Access<ApiSettings>, call: HttpCall, session?: SessionSettings): Promise<HttpReply> {
  const nowMs = access.nowMs()
  const reply = await access.http.request(call)
  if (!reply.ok) throw new SignInFailed(classifyFailure(reply, 'login'))
  const api = compiledApi(access.settings)
  const view = { operation: 'login' as const, reply, nowMs }
  const refused =
    session?.failed !== undefined &&
    isTrue(
      api
        .expression('auth.failed', session.failed)
        .evaluate({ status: reply.status, headers: { ...reply.headers }, body: reply.json }, nowMs),
    )
  const outcome = refused
    ? ({ kind: 'disconnected', reason: 'the login was refused' } satisfies Outcome)
    : (classifyByRules(api.rules('login'), view) ??
      classifyByDefault(view, session ? access.settings.protocol : 'rest'))
  if (outcome === undefined) return reply
  // A sign-in that the vendor rejects, in whatever words, is a matter of credentials.
  throw new SignInFailed(
    outcome.kind === 'rejected' ? { kind: 'disconnected', reason: `sign-in failed: ${outcome.reason}` } : outcome,
  )
}

function isTrue(result: { ok: boolean; value?: unknown }): boolean {
  return result.ok && result.value === true
}

function expiry(access: Access<ApiSettings>, seconds: number | undefined): { expiresAtMs?: number } {
  return seconds === undefined || !(seconds > 0) ? {} : { expiresAtMs: access.nowMs() + seconds * 1000 }
}

function inHeader(value: string): Authorization {
  return { headers: { authorization: value }, query: {} }
}
