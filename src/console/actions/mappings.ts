import type { Entity } from '#model/entities.ts'
import type { Issue } from '#model/issues.ts'
import type { Json } from '#model/json.ts'
import type { PublicationRow } from '#store/mappings/revisions.ts'
import type { components } from '../api.gen.ts'
import type { Problem } from '../problem.ts'

export interface ObjectKey {
  system: string
  object: string
}

/** What people may do about mappings: try a draft, plan it, put it in force. */
export interface MappingActions {
  /** Puts revisions of mappings in force everywhere, all at once. `hash`: what was checked. */
  publishMappings(
    kind: 'publish' | 'rollback',
    wanted: readonly { mapping: string; revision: number | null; hash?: string }[],
    act: PublishAct,
  ): Promise<PublicationRow | Problem>
  /** What a mapping is given of a stored event or a golden record. */
  readMappingSample(mapping: string, of: { eventId: string } | { goldenId: string }): Promise<MappingSample | Problem>
  /** The newest records that an inbound mapping was given; few, and none when finding them takes long. */
  readMappingInputs(mapping: string): Promise<readonly Json[]>
  /** Where what a mapping gives is not what the model, or the stage behind it, takes. */
  mappingProblems(mapping: string, value: Json | undefined): readonly Issue[]
  /** Runs a draft, which compiles, beside the mapping in force, in the background. */
  startMappingPlan(request: PlanRequest): Promise<MappingPlan>
  readMappingPlan(id: string): MappingPlan | undefined
  cancelMappingPlan(id: string): MappingPlan | undefined
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
