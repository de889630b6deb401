import type { Frame } from './engine/runtime.ts'

/** What `run` gives a mapping besides its input. */
export interface MappingEnv {
  /** The statement's time in epoch milliseconds: what `$now()` and `$millis()` give. */
  readonly nowMs: number
  /** Extra bindings by name without `$`, e.g. `system`, `object`, `statement`. */
  readonly variables?: Readonly<Record<string, unknown>>
  /** Answers `$xref(system, object, id)`: the id of the same golden record in another system. */
  readonly xref?: (system: string, object: string, id: string) => string | undefined
  /** Answers `$table(name, key)`: a row of a look-up table. */
  readonly table?: (name: string, key: string) => unknown
}

/** A question to the outside and its answer, recorded so that a new answer can re-plan. */
export interface Lookup {
  readonly kind: 'xref' | 'table'
  readonly key: readonly string[]
  readonly value: unknown
}

/** What the hub's own functions find behind the engine: whom to ask, and where to note what was asked. */
export interface Host {
  readonly env: MappingEnv
  readonly lookups: Lookup[]
}

export const hostOf = (frame: Frame): Host => frame.rt.env.host as Host
