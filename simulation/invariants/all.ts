import type { SimHub, Violation } from '../contract.ts'
import { checkAcknowledged } from './acknowledged.ts'
import { checkBrake } from './brake.ts'
import { checkConvergence } from './convergence.ts'
import { checkDuplicates } from './duplicates.ts'
import { countEchoes, type EchoCounts } from './echoes.ts'
import { checkErased } from './erased.ts'
import { gatherEvidence, type WorldFacts } from './evidence.ts'
import { checkGoldenFields } from './golden-fields.ts'
import { checkIdentity } from './identity.ts'
import { judgeSources } from './judged.ts'
import { checkOnce } from './once.ts'
import { checkPrimaries } from './primary.ts'
import { checkPrompt } from './prompt.ts'
import { checkRest } from './rest.ts'
import { checkStanding } from './standing.ts'

/** All invariants after a calm run. What did not come to rest is told first, since all else may follow from it. */
export async function checkAll(
  hub: SimHub,
  facts: WorldFacts,
): Promise<{ violations: Violation[]; counts: EchoCounts }> {
  const evidence = await gatherEvidence(hub, facts)
  const judged = judgeSources(evidence)
  const echoes = countEchoes(evidence, judged)
  const violations = [
    ...checkRest(evidence),
    ...checkStanding(evidence),
    ...checkAcknowledged(evidence),
    ...checkOnce(evidence),
    ...checkPrompt(evidence),
    ...checkBrake(evidence),
    ...checkIdentity(evidence, judged),
    ...checkGoldenFields(evidence, judged),
    ...checkConvergence(evidence, judged),
    ...checkDuplicates(evidence),
    ...checkPrimaries(evidence),
    ...checkErased(evidence),
    ...echoes.violations,
  ]
  return { violations, counts: echoes.counts }
}
