import { createHttpClient, type Exchange } from '#connector/network/guarded-http.ts'
import type { HttpCall } from '#connector/network/http.ts'
import type { Access, Connector } from '#connector/kit.ts'
import { createNetwork } from '#connector/network/network.ts'
import type { Sandbox } from '#connector/sandbox.ts'

export interface SandboxAccess<Settings> extends Access<Settings> {
  /** The calls made so far. */
  calls: HttpCall[]
  /** What is kept of them for the attempt, also of those that are no HTTP. */
  exchanges: Exchange[]
}

/** Access to a sandbox over real HTTP, with the calls that were made; `reads` are the names that inbound mappings read. */
export function sandboxAccess<Settings>(
  connector: Connector<Settings>,
  sandbox: Pick<Sandbox, 'settings' | 'secrets'>,
  { reads, settings = {} }: { reads?: readonly string[]; settings?: object } = {},
): SandboxAccess<Settings> {
  const exchanges: Exchange[] = []
  const shared = {
    allowPrivate: true,
    secrets: Object.values(sandbox.secrets).flat(),
    record: (exchange: Exchange) => void exchanges.push(exchange),
  }
  const client = createHttpClient({ ...shared, timeoutMs: 5000, bodyBytesMax: 10_000_000 })
  const calls: HttpCall[] = []
  const held = new Map<string, string>()
  return {
    system: 'sandbox',
    settings: connector.manifest.settings.parse({ ...Object(sandbox.settings), ...settings }),
    secrets: sandbox.secrets,
    calls,
    exchanges,
    network: createNetwork(shared),
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
