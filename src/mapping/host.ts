import type { Xref } from './asks.ts'
import type { Frame } from './engine/runtime.ts'

/** What `run` gives a mapping besides its input. */
export interface MappingEnv {
  /** The statement's time in epoch milliseconds: what `$now()` and `$millis()` give. */
  readonly nowMs: number
  /** Extra bindings by name without `$`, e.g. `system`, `object`, `statement`. */
  readonly variables?: Readonly<Record<string, unknown>>
  /** Answers `$xref`: outbound the remote id of a golden id, inbound the golden id of a remote record. */
  readonly xref?: Xref
  /** Answers `$table(name, key)`: a row of a look-up table. */
  readonly table?: (name: string, key: string) => unknown
}

/** What the hub's own functions find behind the engine: whom to ask. */
export const hostOf = (frame: Frame): MappingEnv => frame.rt.env.host as MappingEnv
