import { sql } from 'kysely'
import type { System, Systems } from '#connector/system.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Database } from '#store/database.ts'
import { storedJson, storedText } from '#store/stored-json.ts'
import { admits, afterCall, type Breaker, CLOSED, startProbe } from './breaker.ts'
import type { Quotas } from './quota.ts'

/** What a call said about the health of its system. */
export interface CallHealth {
  ok: boolean
  /** The connection itself failed. */
  connect: boolean
  /** The vendor asked for quiet until then (rate limit, quota). */
  quietUntilMs?: number
  /** Credentials no longer work. */
  disconnected?: string
}

/** Admission to one system, shared by deliveries and reads of this process. */
export interface Gate {
  /** How many calls may start now; 0 while the system is paused, disconnected, broken or asked for quiet. */
  free(): number
  /** How many calls may be given to `run` now: those that are free, and as many again to wait for their end. */
  room(): number
  /**
   * Runs a call in a slot; waits for the slot and the rate limit first. When the system takes no calls any more by then
   * (open circuit, asked for quiet, paused), nothing is called: `otherwise` makes the result, with the time to come back at.
   */
  run<T>(call: () => Promise<{ result: T; health: CallHealth }>, otherwise: (notBeforeMs: number) => T): Promise<T>
}

export interface Gates {
  of(system: string): Gate
  /** Reads states set by people or other processes; called now and then, and when one changed. */
  refresh(): Promise<void>
  /** Called when a system may take calls again. */
  onFree(listener: (system: string) => void): void
}

export interface GateParts {
  database: Database
  systems: Systems
  quotas: Quotas
  nowMs: () => number
  log: Log
  metrics: Metrics
}

interface GateState {
  system: System
  active: boolean
  breaker: Breaker
  running: number
  /** Calls that wait for a slot: several drains may have counted on the same free one. */
  waiting: (() => void)[]
  quietUntilMs: number
}

/** When to look again at a system whose pause or probe has no end known beforehand. */
const LOOK_AGAIN_MS = 1_000

async function takeSlot(state: GateState): Promise<void> {
  if (state.running < state.system.config.limits.concurrency) state.running += 1
  else await new Promise<void>(resolve => state.waiting.push(resolve))
}

/** Gives the slot to the call that waits longest, if any. */
function releaseSlot(state: GateState): void {
  const next = state.waiting.shift()
  if (next === undefined) state.running -= 1
  else next()
}

/** One gate per system: pause, slots, circuit breaker, quiet time; rate and daily quota are shared by all processes. */
export function createGates(parts: GateParts): Gates {
  const states = new Map<string, GateState>()
  for (const [name, system] of parts.systems) {
    states.set(name, { system, active: true, breaker: CLOSED, running: 0, waiting: [], quietUntilMs: 0 })
    parts.metrics.breaker.set({ system: name }, 0)
  }
  const listeners: ((system: string) => void)[] = []

  function free(state: GateState): number {
    const nowMs = parts.nowMs()
    if (!state.active || nowMs < state.quietUntilMs) return 0
    const slots = state.system.config.limits.concurrency - state.running
    const admitted = admits(state.breaker, nowMs)
    if (admitted === 'none') return 0
    return admitted === 'probe' ? Math.min(1, Math.max(0, slots)) : Math.max(0, slots)
  }

  function room(state: GateState): number {
    if (closedUntil(state) !== undefined) return 0
    const { concurrency } = state.system.config.limits
    const most = state.breaker.state === 'open' ? 1 : 2 * concurrency
    return Math.max(0, most - state.running - state.waiting.length)
  }

  /** Undefined while calls may be made. */
  function closedUntil(state: GateState): number | undefined {
    const nowMs = parts.nowMs()
    if (!state.active) return nowMs + LOOK_AGAIN_MS
    if (nowMs < state.quietUntilMs) return state.quietUntilMs
    if (admits(state.breaker, nowMs) !== 'none') return undefined
    return state.breaker.state === 'open' ? state.breaker.probeAtMs : nowMs + LOOK_AGAIN_MS
  }

  async function observed<T>(state: GateState, call: () => Promise<{ result: T; health: CallHealth }>): Promise<T> {
    let health: CallHealth = { ok: false, connect: false }
    try {
      const called = await call()
      health = called.health
      return called.result
    } finally {
      // Also a call that threw is a failure: a probe must never stay under way for ever.
      await learn(state, health).catch((error: unknown) =>
        parts.log.error({ err: error, system: state.system.config.name }, 'the state of a system could not be stored'),
      )
    }
  }

  async function learn(state: GateState, health: CallHealth): Promise<void> {
    const { name } = state.system.config
    const before = state.breaker
    state.breaker = afterCall(
      before,
      { ok: health.ok, connect: health.connect, atMs: parts.nowMs() },
      state.system.config.limits.probeAfterMs,
    )
    if (health.quietUntilMs !== undefined) state.quietUntilMs = Math.max(state.quietUntilMs, health.quietUntilMs)
    if (health.disconnected !== undefined) await disconnect(state, health.disconnected)
    if (state.breaker.state === before.state) return
    parts.metrics.breaker.set({ system: name }, state.breaker.state === 'closed' ? 0 : 1)
    parts.log.warn(
      { unit: 'breaker', system: name, from: before.state, to: state.breaker.state },
      'the circuit breaker changed',
    )
    const shown = state.breaker.state === 'closed' ? { state: 'closed' } : state.breaker
    await sql`update system set breaker = ${storedJson(shown)}::jsonb where name = ${name}`.execute(
      parts.database.kysely,
    )
  }

  async function disconnect(state: GateState, reason: string): Promise<void> {
    state.active = false
    const { name } = state.system.config
    parts.log.error(
      { unit: 'system', system: name, reason },
      'the system refused our credentials and is disconnected; correct them and resume it',
    )
    await sql`
      update system set state = 'disconnected', reason = ${storedText(reason)}, changed_by = 'hub', changed_at = now() where name = ${name} and state = 'active'
    `.execute(parts.database.kysely)
  }

  return {
    of(name) {
      const state = states.get(name)
      if (state === undefined)
        return { free: () => 0, room: () => 0, run: () => Promise.reject(new Error(`no system ${name}`)) }
      return {
        free: () => free(state),
        room: () => room(state),
        async run(call, otherwise) {
          await takeSlot(state)
          let quietFromNextMs = 0
          try {
            await parts.quotas.take(state.system.config, untilMs => (quietFromNextMs = untilMs))
            const closedUntilMs = closedUntil(state)
            if (closedUntilMs !== undefined) return otherwise(closedUntilMs)
            state.breaker = startProbe(state.breaker)
            return await observed(state, call)
          } finally {
            state.quietUntilMs = Math.max(state.quietUntilMs, quietFromNextMs)
            releaseSlot(state)
            for (const listener of listeners) listener(name)
          }
        },
      }
    },
    async refresh() {
      const { rows } = await sql<{ name: string; state: string }>`select name, state from system`.execute(
        parts.database.kysely,
      )
      for (const row of rows) {
        const state = states.get(row.name)
        if (state === undefined) continue
        const wakes = !state.active && row.state === 'active'
        state.active = row.state === 'active'
        if (wakes) for (const listener of listeners) listener(row.name)
      }
    },
    onFree: listener => void listeners.push(listener),
  }
}
