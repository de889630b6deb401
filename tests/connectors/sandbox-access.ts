import { createHttpClient, type Exchange } from '#connector/guarded-http.ts'
import type { HttpCall } from '#connector/http.ts'
import type { Access, Connector } from '#connector/kit.ts'
import type { Sandbox } from '#connector/sandbox.ts'

export interface SandboxAccess<Settings> extends Access<Settings> {
  /** The calls made so far. */
  calls: HttpCall[]
  /** What is kept of them for the attempt. */
  exchanges: Exchange[]
}

/** Access to a sandbox over real HTTP, with the calls that were made; `reads` are the names that inbound mappings read. */
export function sandboxAccess<Settings>(
  connector: Connector<Settings>,
  sandbox: Pick<Sandbox, 'settings' | 'secrets'>,
  { reads, settings = {} }: { reads?: readonly string[]; settings?: object } = {},
): SandboxAccess<Settings> {
  const exchanges: Exchange[] = []
  const client = createHttpClient({
    allowPrivate: true,
    timeoutMs: 5000,
    bodyBytesMax: 10_000_000,
    secrets: Object.values(sandbox.secrets).flat(),
    record: exchange => exchanges.push(exchange),
  })
  const calls: HttpCall[] = []
  const held = new Map<string, string>()
  return {
    system: 'sandbox',
    settings: connector.manifest.settings.parse({ ...Object(sandbox.settings), ...settings }),
    secrets: sandbox.secrets,
    calls,
    exchanges,
    http: {
      request(call) {
        calls.push(call)
        return client.request(call)
      },
    },
    tokens: {
      async get(name, obtain, rejected) {
        const known = held.get(name)
        if (known !== undefined && known !== rejected) return known
        const { value } = await obtain()
        held.set(name, value)
        return value
      },
    },
    nowMs: Date.now,
    ...(reads === undefined ? {} : { namesRead: () => new Set(reads) }),
  }
}
