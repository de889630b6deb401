import type { AlertActions } from './alert-actions.ts'
import type { CustomerActions } from './customer-actions.ts'
import type { MatchingActions } from './matching-actions.ts'
import type { PolicyActions } from './policy-actions.ts'
import type { Entity } from '#model/entities.ts'
import type { Json } from '#model/json.ts'
import type { PublicationRow } from '#store/mapping-revisions.ts'
import type { components } from './api.gen.ts'

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
export interface ConsoleActions extends AlertActions, CustomerActions, MatchingActions, PolicyActions {
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
  checkRow(system: string, object: string, row: ImportRow): string | undefined
  /** Appends rows as events of origin `import`. */
  appendRows(system: string, object: string, rows: readonly ImportRow[]): Promise<void>
  /** A harmless call with the system's credentials; `undefined` when its connector has none. */
  checkSystem(system: string): Promise<{ ok: boolean; message: string } | undefined>
  /** Starts first link's loading of the load groups of a system (or of one object of it). Returns what was started. */
  linkStart(system: string, object: string | undefined): Promise<ObjectKey[]>
  /** Puts revisions of mappings in force everywhere, all at once; a text says why not. `hash`: what was checked. */
  publishMappings(
    kind: 'publish' | 'rollback',
    wanted: readonly { mapping: string; revision: number | null; hash?: string }[],
    act: PublishAct,
  ): Promise<PublicationRow | string>
  /** What a mapping is given of a stored event or a golden record; a text says why there is nothing. */
  readMappingSample(mapping: string, of: { eventId: string } | { goldenId: string }): Promise<MappingSample | string>
  /** The newest records that an inbound mapping was given; few, and none when finding them takes long. */
  readMappingInputs(mapping: string): Promise<readonly Json[]>
  /** Where what a mapping gives is not what the model, or the stage behind it, takes. */
  mappingProblems(mapping: string, value: Json | undefined): readonly { path: string; message: string }[]
  /** Measures how good what the systems say is, now. Returns how many records were looked at. */
  measureQuality(): Promise<{ records: number }>
  /** Runs a draft beside the mapping in force, in the background; a text says why not. */
  startMappingPlan(request: PlanRequest): Promise<MappingPlan | string>
  readMappingPlan(id: string): MappingPlan | undefined
  cancelMappingPlan(id: string): MappingPlan | undefined
  /** Progress of all members of those load groups; for the system's own objects in review also what would be done there. */
  linkPlan(system: string, object: string | undefined): Promise<components['schemas']['LinkObject'][]>
  /** Makes objects that are in review live. Their deliveries follow behind live work. Returns which. */
  linkApply(system: string, object: string | undefined, by: string): Promise<ObjectKey[]>
}

/** What a draft is to be run over, beside the mapping in force. */
export interface PlanRequest extends ObjectKey {
  /** `<folder>/<object>.in`: over stored events; `.out`: over golden records. */
  mapping: string
  source: string
  /** Only so many, the newest; undefined: all. */
  last: number | undefined
}

/** What a mapping sees of one record. */
export interface MappingSample {
  kind: 'event' | 'golden'
  id: string
  /** Epoch milliseconds: `$millis()`. */
  atMs: number
  /** Of a golden record. */
  entity: Entity | undefined
  input: Json
  variables: Readonly<Record<string, unknown>>
}

/** A plan under way or ended. */
export interface MappingPlan extends ObjectKey {
  id: string
  mapping: string
  state: 'running' | 'done' | 'failed' | 'cancelled'
  total: number
  message: string | null
  result: Pick<components['schemas']['MappingPlan'], PlanCounts>
  /** Of the mapping in force and of the draft. */
  texts: readonly string[]
  startedAtMs: number
  endedAtMs: number | undefined
}

type PlanCounts =
  | 'records'
  | 'changed'
  | 'newFailures'
  | 'endedFailures'
  | 'creates'
  | 'updates'
  | 'fields'
  | 'destinations'
  | 'samples'
  | 'failures'

/** A publication of mappings, as a person asks for it. */
export interface PublishAct {
  by: string
  note: string | undefined
  /** Map what is stored again, and deliver what differs. */
  replays: boolean
}

export interface ObjectKey {
  system: string
  object: string
}
