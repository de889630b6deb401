import { sql } from 'kysely'
import type { System, Systems } from '#connector/system.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Database } from '#store/database.ts'
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
  /** Runs a call in a slot; waits for the rate limit first. */
  run<T>(call: () => Promise<{ result: T; health: CallHealth }>): Promise<T>
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
  quietUntilMs: number
}

/** One gate per system: pause, slots, circuit breaker, quiet time; rate and daily quota are shared by all processes. */
export function createGates(parts: GateParts): Gates {
  const states = new Map<string, GateState>()
  for (const [name, system] of parts.systems)
    states.set(name, { system, active: true, breaker: CLOSED, running: 0, quietUntilMs: 0 })
  const listeners: ((system: string) => void)[] = []

  function free(state: GateState): number {
    const nowMs = parts.nowMs()
    if (!state.active || nowMs < state.quietUntilMs) return 0
    const slots = state.system.config.limits.concurrency - state.running
    const admitted = admits(state.breaker, nowMs)
    if (admitted === 'none') return 0
    return admitted === 'probe' ? Math.min(1, Math.max(0, slots)) : Math.max(0, slots)
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
    await sql`update system set breaker = ${JSON.stringify(shown)}::jsonb where name = ${name}`.execute(
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
      update system set state = 'disconnected', reason = ${reason}, changed_by = 'hub', changed_at = now() where name = ${name} and state = 'active'
    `.execute(parts.database.kysely)
  }

  return {
    of(name) {
      const state = states.get(name)
      if (state === undefined) return { free: () => 0, run: () => Promise.reject(new Error(`no system ${name}`)) }
      return {
        free: () => free(state),
        async run(call) {
          state.running += 1
          if (admits(state.breaker, parts.nowMs()) === 'probe') {
            state.breaker = startProbe(state.breaker)
          }
          try {
            await parts.quotas.take(
              state.system.config,
              untilMs => (state.quietUntilMs = Math.max(state.quietUntilMs, untilMs)),
            )
            const { result, health } = await call()
            await learn(state, health)
            return result
          } finally {
            state.running -= 1
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
