import type { ActResult } from '#model/act.ts'
import type { components } from '../api.gen.ts'
import type { MappingPlan } from './mappings.ts'

type Schemas = components['schemas']

/** A plan under way or ended: what the policy of the file would change. */
export type PolicyPlan = Pick<
  MappingPlan,
  'id' | 'state' | 'total' | 'message' | 'result' | 'startedAtMs' | 'endedAtMs'
> &
  Pick<Schemas['PolicyPlan'], 'changes' | 'matching'>

/** What people may do about the policy by which records become customers. */
export interface PolicyActions {
  /** The policy in force, and what the file says otherwise. */
  policy(): Promise<Schemas['Policy']>
  /** Computes golden records by the policy of the file, in the background. `last`: only so many, the newest. */
  startPolicyPlan(last: number | undefined): Promise<ActResult<{ plan: PolicyPlan }>>
  readPolicyPlan(id: string): PolicyPlan | undefined
  cancelPolicyPlan(id: string): PolicyPlan | undefined
  /** Puts the policy of the file in force everywhere; all customers are computed again. */
  applyPolicy(by: string): Promise<ActResult<{ applied: Schemas['PolicyApplied'] }>>
}
