import type { Access } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { Json } from '#model/json.ts'
import { call, type ModelCall } from './api.ts'
import type { Settings } from './settings.ts'

/** Countries, currencies and fields hardly change; a new one is found after this time. */
const KEPT_MS = 10 * 60_000
const KEPT_MAX = 1000

const kept = new WeakMap<Settings, Map<string, { result: Json; untilMs: number }>>()

/** The result of a call that reads what hardly changes; the last one is good for ten minutes. */
export async function keptCall(
  access: Access<Settings>,
  asked: ModelCall,
): Promise<{ ok: true; result: Json } | { ok: false; outcome: Outcome }> {
  const held = kept.get(access.settings) ?? new Map<string, { result: Json; untilMs: number }>()
  kept.set(access.settings, held)
  const key = JSON.stringify([asked.model, asked.method, asked.args])
  const known = held.get(key)
  if (known !== undefined && known.untilMs > access.nowMs()) return { ok: true, result: known.result }
  const called = await call(access, asked)
  if (!called.ok) return called
  if (held.size >= KEPT_MAX) held.clear()
  held.set(key, { result: called.result, untilMs: access.nowMs() + KEPT_MS })
  return called
}
