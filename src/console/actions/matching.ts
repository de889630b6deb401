import type { ActResult } from '#model/act.ts'
import type { components } from '../api.gen.ts'

type Schemas = components['schemas']

/** What people may do about the weights that records are compared by. Number 0 are the built-in ones. */
export interface MatchingActions {
  matchingModels(): Promise<Schemas['MatchingModels']>
  matchingModel(number: number): Promise<ActResult<{ model: Schemas['MatchingModelDetail'] }>>
  /** Estimates weights from the hub's own records and keeps them; nothing else changes. */
  trainMatching(by: string): Promise<ActResult<{ model: Schemas['MatchingModelDetail'] }>>
  /** What would change if they were applied, on the newest records. */
  planMatching(number: number, records: number): Promise<ActResult<{ plan: Schemas['MatchingPlan'] }>>
  /** Puts them in force everywhere; all customers are looked at once more. */
  applyMatching(number: number, by: string): Promise<ActResult<{ applied: Schemas['MatchingModelApplied'] }>>
}
