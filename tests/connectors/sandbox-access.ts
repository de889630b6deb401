import { createHttpClient } from '#connector/guarded-http.ts'
import type { Access, Connector } from '#connector/kit.ts'
import type { Sandbox } from '#connector/sandbox.ts'

/** What a connector is given to speak to its sandbox, over HTTP. */
export function sandboxAccess<Settings>(connector: Connector<Settings>, sandbox: Sandbox): Access<Settings> {
  return {
    system: 'sandbox',
    settings: connector.manifest.settings.parse(sandbox.settings),
    secrets: sandbox.secrets,
    http: createHttpClient({ allowPrivate: true, timeoutMs: 5000, bodyBytesMax: 16_000_000 }),
    tokens: { get: async (_, obtain) => (await obtain()).value },
    nowMs: Date.now,
  }
}
