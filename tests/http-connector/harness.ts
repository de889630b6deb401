import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { interpolate } from '#config/interpolation.ts'
import type { Access } from '#connector/kit.ts'
import { isJsonObject } from '#model/json.ts'
import { CRM_SECRETS } from '../../connectors/http/example/sandboxes/crm.ts'
import { ERP_SECRETS } from '../../connectors/http/example/sandboxes/erp.ts'
import { HELPDESK_SECRETS } from '../../connectors/http/example/sandboxes/helpdesk.ts'
import { MARKETING_SECRETS } from '../../connectors/http/example/sandboxes/marketing.ts'
import type { VendorName } from '../../connectors/http/example/sandboxes/sandbox.ts'
import { memoryTokens, recordingHttp } from '../support/access.ts'
import connector from '../../connectors/http/connector.ts'
import type { HttpSettings } from '../../connectors/http/settings.ts'

const SECRETS: Record<VendorName, Record<string, string>> = {
  crm: CRM_SECRETS,
  helpdesk: HELPDESK_SECRETS,
  erp: { ...ERP_SECRETS, webhookSecret: ERP_SECRETS.webhookToken },
  marketing: MARKETING_SECRETS,
}

export function parseSettings(settings: unknown): HttpSettings {
  const result = connector.manifest.settings.safeParse(settings)
  if (!result.success) throw new Error(result.error.message)
  return result.data
}

/** The settings of one of the example's systems, as they stand in its patchbay.yaml. */
export function exampleSettings(name: VendorName, url: string): HttpSettings {
  const file: unknown = parse(
    readFileSync(new URL('../../connectors/http/example/patchbay.yaml', import.meta.url), 'utf8'),
  )
  const system = isJsonObject(file) && isJsonObject(file.systems) ? file.systems[name] : undefined
  if (!isJsonObject(system)) throw new Error(`connectors/http/example/patchbay.yaml has no system ${name}`)
  const variables = { [`EXAMPLE_${name.toUpperCase()}_URL`]: url }
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

export function exampleAccess(name: VendorName, url: string): TestAccess {
  return accessTo(exampleSettings(name, url), SECRETS[name])
}
