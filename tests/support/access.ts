import { createHttpClient } from '#connector/network/guarded-http.ts'
import type { HttpCall, HttpClient } from '#connector/network/http.ts'
import type { PushItem, TokenStore } from '#connector/kit.ts'
import type { JsonObject } from '#model/json.ts'

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

export function item(externalId: string, content: JsonObject, more: Partial<PushItem> = {}): PushItem {
  return { externalId, content, changed: content, idempotencyKey: `key-${externalId}`, ...more }
}
