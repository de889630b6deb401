import type { AlertActions } from './alerts.ts'
import type { CustomerActions } from './customers.ts'
import type { MappingActions, ObjectKey } from './mappings.ts'
import type { MatchingActions } from './matching.ts'
import type { PolicyActions } from './policy.ts'
import type { components } from '../api.gen.ts'

/** One delivery is known by these three. */
export interface DeliveryKey {
  system: string
  object: string
  goldenId: string
}

/** A row of a file that passed its checks. */
export interface ImportRow {
  /** Undefined: the row has no id of its own, its content is its id. */
  remoteId: string | undefined
  document: Readonly<Record<string, unknown>>
}

/** What the console asks of the stages; `app.ts` supplies it. Each act is durable when its promise resolves. */
export interface ConsoleActions extends AlertActions, CustomerActions, MappingActions, MatchingActions, PolicyActions {
  /** Sets settled events to pending again as a new run, and wakes interpret. Returns how many there were. */
  replayEvents(ids: readonly string[]): Promise<number>
  /** Makes deliveries due now with their failures forgotten, and wakes deliver. */
  retryDeliveries(keys: readonly DeliveryKey[]): Promise<number>
  /** Lets held and frozen deliveries go on. */
  releaseDeliveries(keys: readonly DeliveryKey[]): Promise<number>
  /** Lets go what the brakes of a (system, object) hold, all or those of one cause. Returns how many deliveries there were. */
  releaseBrake(system: string, object: string, by: string, cause?: string): Promise<number>
  /** Freezes what they hold until the golden records change again. Returns how many there were. */
  discardBrake(system: string, object: string, by: string, cause?: string): Promise<number>
  pauseSystem(system: string, reason: string, by: string): Promise<void>
  resumeSystem(system: string, by: string): Promise<void>
  /** Verifies the kept refused requests of a system again; those that pass are appended as if they came now. */
  verifyRefused(system: string): Promise<{ accepted: number; refused: number }>
  /** Runs the inbound mapping and the model's checks over a row without storing anything: undefined when it is right, else why not. */
  checkRow(system: string, object: string, row: ImportRow): Promise<string | undefined>
  /** Appends rows as events of origin `import`. */
  appendRows(system: string, object: string, rows: readonly ImportRow[]): Promise<void>
  /** A harmless call with the system's credentials; `undefined` when its connector has none. */
  checkSystem(system: string): Promise<{ ok: boolean; message: string } | undefined>
  /** Starts first link's loading of the load groups of a system (or of one object of it). Returns what was started. */
  linkStart(system: string, object: string | undefined): Promise<ObjectKey[]>
  /** Measures how good what the systems say is, now. Returns how many records were looked at. */
  measureQuality(): Promise<{ records: number }>
  /** Progress of all members of those load groups; for the system's own objects in review also what would be done there. */
  linkPlan(system: string, object: string | undefined): Promise<components['schemas']['LinkObject'][]>
  /** Makes objects that are in review live. Their deliveries follow behind live work. Returns which. */
  linkApply(system: string, object: string | undefined, by: string): Promise<ObjectKey[]>
}
