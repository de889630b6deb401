import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { interpolate } from '#config/interpolation.ts'
import { createHttpClient } from '#connector/guarded-http.ts'
import type { HttpCall, HttpClient } from '#connector/http.ts'
import type { Access, PushItem, TokenStore } from '#connector/kit.ts'
import { isJsonObject } from '#model/json.ts'
import type { JsonObject } from '#model/json.ts'
import { CRM_SECRETS } from '../../demo/sandboxes/crm.ts'
import { ERP_SECRETS } from '../../demo/sandboxes/erp.ts'
import { HELPDESK_SECRETS } from '../../demo/sandboxes/helpdesk.ts'
import { MARKETING_SECRETS } from '../../demo/sandboxes/marketing.ts'
import type { VendorName } from '../../demo/sandboxes/sandbox.ts'
import connector from '../../connectors/http/connector.ts'
import type { HttpSettings } from '../../connectors/http/settings.ts'

const SECRETS: Record<VendorName, Record<string, string>> = {
  crm: CRM_SECRETS,
  helpdesk: HELPDESK_SECRETS,
  erp: { ...ERP_SECRETS, webhookSecret: ERP_SECRETS.webhookToken },
  marketing: MARKETING_SECRETS,
}

/** Tokens as the hub keeps them, for one process: the stored one, or a new one when it was refused or ran out. */
export function memoryTokens(nowMs: () => number = Date.now): TokenStore & { obtained: number } {
  const held = new Map<string, { value: string; expiresAtMs?: number }>()
  const store = {
    obtained: 0,
    async get(name: string, obtain: () => Promise<{ value: string; expiresAtMs?: number }>, rejected?: string) {
      const known = held.get(name)
      if (known && known.value !== rejected && (known.expiresAtMs ?? Infinity) > nowMs() + 30_000) return known.value
      store.obtained++
      const token = await obtain()
      held.set(name, token)
      return token.value
    },
  }
  return store
}

/** The hub's own HTTP client, with the calls it made. */
export function recordingHttp(timeoutMs = 5000): HttpClient & { calls: HttpCall[] } {
  const client = createHttpClient({ allowPrivate: true, timeoutMs, bodyBytesMax: 10_000_000 })
  const calls: HttpCall[] = []
  return {
    calls,
    request(call) {
      calls.push(call)
      return client.request(call)
    },
  }
}

export function parseSettings(settings: unknown): HttpSettings {
  const result = connector.manifest.settings.safeParse(settings)
  if (!result.success) throw new Error(result.error.message)
  return result.data
}

/** The settings of one of the demo's systems, as they stand in its patchbay.yaml. */
export function demoSettings(name: VendorName, url: string): HttpSettings {
  const file: unknown = parse(readFileSync(new URL('../../demo/patchbay.yaml', import.meta.url), 'utf8'))
  const system = isJsonObject(file) && isJsonObject(file.systems) ? file.systems[name] : undefined
  if (!isJsonObject(system)) throw new Error(`demo/patchbay.yaml has no system ${name}`)
  const variables = { [`DEMO_${name.toUpperCase()}_URL`]: url }
  return parseSettings(
    interpolate(system.settings, variables, [], (_path, unset) => {
      throw new Error(`${unset} is not set`)
    }),
  )
}

export interface TestAccess extends Access<HttpSettings> {
  http: ReturnType<typeof recordingHttp>
  tokens: ReturnType<typeof memoryTokens>
}

export function accessTo(settings: HttpSettings, secrets: Record<string, string>): TestAccess {
  const given = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, [value]]))
  return { system: 'test', settings, secrets: given, http: recordingHttp(), tokens: memoryTokens(), nowMs: Date.now }
}

export function demoAccess(name: VendorName, url: string): TestAccess {
  return accessTo(demoSettings(name, url), SECRETS[name])
}

export function item(externalId: string, content: JsonObject, more: Partial<PushItem> = {}): PushItem {
  return { externalId, content, changed: content, idempotencyKey: `key-${externalId}`, ...more }
}
