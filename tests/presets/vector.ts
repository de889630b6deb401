import { z } from 'zod'
import type { Authentication } from '#connector/inbound/authentication/settings.ts'
import { openRequest } from '#connector/inbound/encryption/opened-request.ts'
import type { InboundSettings } from '#connector/inbound/settings.ts'
import { createWebhookPart } from '#connector/inbound/webhook-part.ts'
import type { RawRequest, Secrets } from '#connector/kit.ts'
import { presets, receivingSettings } from '../../connectors/webhook/presets.ts'
import { presetName } from './preset-name.ts'

const value = z.union([z.string(), z.number()])

/** One entry of a file in the form of ../shared/signature-vectors.json. */
export const vectorSchema = z.looseObject({
  id: z.string(),
  vendor: z.string(),
  scheme: z.string(),
  expect: z.enum(['valid', 'invalid']),
  method: z.string().optional(),
  url: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  query: z.record(z.string(), z.union([value, z.array(value)])).optional(),
  params: z.array(z.tuple([z.string(), value])).optional(),
  body: z.string().optional(),
  signature: z.string().optional(),
  secret: z.string().optional(),
  public_key: z.string().optional(),
  token: z.string().optional(),
  encoding_aes_key: z.string().optional(),
  encrypt_key: z.string().optional(),
  receive_id: z.string().optional(),
  plaintext: z.string().optional(),
  now: z.number().nullish(),
  now_ms: z.number().nullish(),
  tolerance_s: z.number().nullish(),
  tolerance_ms: z.number().nullish(),
})

export type Vector = z.infer<typeof vectorSchema>

/** Schemes that are not simply "the preset of that name". */
const BY_SCHEME: Readonly<Record<string, object>> = {
  'hubspot-v1': { preset: 'hubspot-v1' },
  'hubspot-v2': { preset: 'hubspot-v2' },
  // The official SDK's primitive, without its header: by settings of the generic connector.
  'hmac-sha256-hex': { authentication: { scheme: 'hmac', signature: 'header:signature' } },
  // Shopify's sign-in, which is no webhook.
  'shopify-oauth-query-hmac': { authentication: { scheme: 'hmac', signature: 'query:hmac', signed: '{sortedQuery}' } },
  'lark-aes-256-cbc(sha256(key))': { preset: 'feishu', authentication: { scheme: 'none', unsigned: true } },
}

function settingsOf(vector: Vector): InboundSettings {
  const preset = presetName(vector.vendor)
  const given =
    BY_SCHEME[vector.scheme] ?? (preset === undefined ? undefined : { preset, ...presets.get(preset)?.example })
  if (given === undefined) {
    throw new Error(`no preset is named ${vector.vendor}, and the scheme ${vector.scheme} is unknown`)
  }
  const inbound = receivingSettings.parse(given)
  const authentication = withTolerance(inbound.authentication, toleranceSeconds(vector))
  const encryption = inbound.encryption && { ...inbound.encryption, receiveId: vector.receive_id ?? null }
  return { ...inbound, authentication, ...(encryption && { encryption }) }
}

/** Undefined: as the preset says; null: not checked. */
function toleranceSeconds(vector: Vector): number | null | undefined {
  if ((vector.now ?? vector.now_ms) === undefined || (vector.now ?? vector.now_ms) === null) return null
  if (vector.tolerance_s !== undefined) return vector.tolerance_s
  return typeof vector.tolerance_ms === 'number' ? vector.tolerance_ms / 1000 : vector.tolerance_ms
}

function withTolerance(authentication: Authentication, seconds: number | null | undefined): Authentication {
  if (seconds === undefined) return authentication
  if (authentication.scheme === 'anyOf') {
    const schemes = authentication.schemes.map(one => withTolerance(one, seconds) as typeof one)
    return { ...authentication, schemes }
  }
  if ('toleranceSeconds' in authentication) return { ...authentication, toleranceSeconds: seconds }
  if ('timestamp' in authentication && authentication.timestamp !== undefined) {
    return { ...authentication, timestamp: { ...authentication.timestamp, toleranceSeconds: seconds } }
  }
  return authentication
}

function requestOf(vector: Vector): RawRequest {
  const publicUrl = vector.url ?? 'https://hub.example.com/in/vector'
  const query = new URL(publicUrl).searchParams
  for (const [name, given] of Object.entries(vector.query ?? {})) {
    for (const one of [given].flat()) query.append(name, String(one))
  }
  const headers = Object.fromEntries(
    Object.entries(vector.headers ?? {}).map(([name, text]) => [name.toLowerCase(), text]),
  )
  if (vector.signature !== undefined) headers['signature'] ??= vector.signature
  if (vector.params !== undefined || isForm(vector.body))
    headers['content-type'] ??= 'application/x-www-form-urlencoded'
  const form = new URLSearchParams(vector.params?.map(([name, text]) => [name, String(text)]))
  const body = Buffer.from(vector.body ?? form.toString())
  const method = vector.method ?? (query.has('echostr') && body.length === 0 ? 'GET' : 'POST')
  return { method, path: '', query, headers, body, publicUrl, remoteAddress: '203.0.113.7' }
}

/** Files name no content type where it is not signed. */
function isForm(body = ''): boolean {
  return /^[^\s{}[\]<>=&]+=[^\s{}[\]<>]*$/.test(body)
}

function secretsOf(vector: Vector): Secrets {
  const list = (...texts: (string | undefined)[]) => texts.filter(text => text !== undefined).slice(0, 1)
  return {
    webhookSecret: list(vector.secret, vector.public_key, vector.token, vector.encrypt_key),
    webhookEncryptionKey: list(vector.encoding_aes_key, vector.encrypt_key),
  }
}

/** Why a vector does not come out as it says, undefined when it does. */
export function checkVector(vector: Vector): string | undefined {
  try {
    const found = resultOf(vector)
    const isValid = found === undefined
    return isValid === (vector.expect === 'valid') ? undefined : (found ?? 'it was accepted')
  } catch (problem) {
    return `it threw: ${problem instanceof Error ? problem.message : String(problem)}`
  }
}

/** Why the connector refuses the request of a vector; undefined when it takes it, and reads what it should. */
function resultOf(vector: Vector): string | undefined {
  const settings = settingsOf(vector)
  const secrets = secretsOf(vector)
  const request = requestOf(vector)
  const nowMs = vector.now_ms ?? (vector.now ?? 0) * 1000
  const part = createWebhookPart<InboundSettings>(inbound => inbound)
  const credentials = { settings, secrets }
  if (request.method === 'GET' && request.query.has('echostr')) {
    const reply = part.handshake?.(request, credentials, nowMs)
    if (reply?.status !== 200) return `the check of the address was answered ${reply?.status}`
    return vector.plaintext === undefined || reply.body === vector.plaintext ? undefined : 'another text was decrypted'
  }
  const verdict = part.verify(request, credentials, nowMs)
  if (!verdict.ok) return `${verdict.code}: ${verdict.message}`
  const opened = openRequest(request, settings, secrets)
  if (!opened.ok) return opened.message
  return vector.plaintext === undefined || opened.text === vector.plaintext ? undefined : 'another text was decrypted'
}
