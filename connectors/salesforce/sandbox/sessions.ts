import { generateKeyPairSync, verify, type KeyObject } from 'node:crypto'
import type { SandboxAnswer, SandboxCall } from '#connector/sandbox.ts'
import { isJsonObject, type JsonObject } from '#model/json.ts'

const CLIENT_ID = '3MVG9sandbox.client'
const CLIENT_SECRET = 'sandbox-consumer-secret'
const USERNAME = 'hub@example.com'
const ASSERTION_MAX_SECONDS = 300

/** Sessions by client credentials or JWT bearer; their replies name no end, as Salesforce's do not. */
export function createSessions(orgId: string, nowMs: () => number) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const live = new Set<string>()
  let count = 0

  function grant(form: URLSearchParams): string | undefined {
    if (form.get('grant_type') === 'client_credentials') {
      const isKnown = form.get('client_id') === CLIENT_ID && form.get('client_secret') === CLIENT_SECRET
      return isKnown ? undefined : 'invalid_client'
    }
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return 'unsupported_grant_type'
    return isProved(form.get('assertion') ?? '', publicKey, nowMs()) ? undefined : 'invalid_grant'
  }

  return {
    secrets: { clientId: [CLIENT_ID], clientSecret: [CLIENT_SECRET], privateKey: [pem] },
    username: USERNAME,
    isLive: (call: SandboxCall) => live.has((call.headers.authorization ?? '').replace(/^Bearer /, '')),
    expireAll: () => live.clear(),
    token(call: SandboxCall, url: string): SandboxAnswer {
      const error = grant(new URLSearchParams(Buffer.from(call.body).toString()))
      if (error !== undefined) return { status: 400, json: { error, error_description: 'authentication failure' } }
      count += 1
      const accessToken = `${orgId.slice(0, 15)}!session.${count}`
      live.add(accessToken)
      const reply: JsonObject = {
        access_token: accessToken,
        signature: 'c2FuZGJveA==',
        scope: 'api',
        instance_url: url,
        id: `${url}/id/${orgId}/0055g000000HubUAAS`,
        token_type: 'Bearer',
        issued_at: String(nowMs()),
      }
      return { status: 200, json: reply }
    },
  }
}

function isProved(assertion: string, publicKey: KeyObject, nowMs: number): boolean {
  const [header = '', claims = '', signature = ''] = assertion.split('.')
  if (!verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url')))
    return false
  const given: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString())
  if (!isJsonObject(given)) return false
  const left = Number(given['exp']) - nowMs / 1000
  const isMeant =
    given['iss'] === CLIENT_ID && given['sub'] === USERNAME && given['aud'] === 'https://login.salesforce.com'
  return isMeant && left > 0 && left <= ASSERTION_MAX_SECONDS
}
