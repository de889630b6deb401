import type { Connector } from '#connector/kit.ts'
import type { Json, JsonObject } from '#model/json.ts'

/** Simulated time. Nothing in a run waits for real time or reads the real clock. */
export interface SimClock {
  nowMs(): number
  /** Runs later, in simulated time; runs due at one moment come in the order of the seed, not of their making. */
  after(delayMs: number, run: () => void): void
  sleep(delayMs: number): Promise<void>
}

/** The one source of chance of a run. */
export interface SimRandom {
  /** In [0, 1). */
  next(): number
  /** In [0, below). */
  integer(below: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
}

/** A webhook on its way to the hub. */
export interface SimRequest {
  path?: string
  headers: Readonly<Record<string, string>>
  body: string
}

/** What the world may do to the hub, through the hub's own code. */
export interface SimHub {
  /** Resolves with the HTTP status that the hub answered, or undefined when the process died first: the sender knows nothing. */
  post(system: string, request: SimRequest): Promise<number | undefined>
  /**
   * Acts of people (steward edit, merge, unmerge, erase, release, link ...), by the console's own code. `name` is an
   * operation of the console's REST API when `parameters` are its `path`, `query` and `body`; else one of ConsoleActions,
   * whose arguments are the values of `parameters` in their order. A refusal is a result with a `code`. Rejects when the
   * process dies first (HubDiedError: whether it was done is not known) or no process runs.
   */
  act(name: string, parameters: JsonObject): Promise<Json>
  /** A new revision of routes, policy or mappings; takes effect as on a restart with changed files. */
  publish(change: { yaml?: string; mappings?: Readonly<Record<string, string>> }): Promise<void>
  /** Rows of the hub's database. */
  rows<T>(text: string): Promise<T[]>
}

export interface SimContext {
  clock: SimClock
  random: SimRandom
  /** A source of chance of its own: what is drawn from it leaves the rest of the seed as it was. */
  stream(name: string): SimRandom
  hub: SimHub
  /** No vendor is down or asks for quiet, so that what the hub does is done at once. */
  undisturbed: boolean
  /** Transactions of the hub really overlap, so that what two systems tell at one moment is worth telling. */
  concurrent: boolean
  /** One line of the run's story; the minimised trace is made of these. */
  tell(line: string): void
}

/** The vendors, their people and everything else outside the hub. */
export interface World {
  connectors: readonly Connector<unknown>[]
  yaml: string
  mappings: Readonly<Record<string, string>>
  /** Lets one thing happen, chosen by the seed; the harness calls it `steps` times with time between. */
  step(): void
  /** No more edits, faults, losses or delays; what is on its way arrives. Missed changes can be polled. */
  calm(): void
  /** Checks after everything came to rest: one line per broken promise, empty when all hold. */
  check(): Promise<readonly Violation[]>
  /** Counts for the report: echoes seen, recognised, false; edits; ... */
  counts(): Readonly<Record<string, number>>
}

export interface Violation {
  /** 1 to 10, as in docs/architecture.md. */
  invariant: number
  message: string
}

export type MakeWorld = (context: SimContext) => World
