import { audit } from '#console/audit.ts'
import type { PolicyActions, PolicyPlan } from '#console/actions/policy.ts'
import { type ActResult, refusal } from '#model/act.ts'
import { applyParts } from '#store/config/config-parts.ts'
import { lockMappings } from '#store/mappings/revisions.ts'
import { newestPolicy, publishPolicy, storePolicy } from '#store/config/policies.ts'
import { partsOf } from '../config/parts.ts'
import { goldenPolicy } from './golden-policy.ts'
import type { HubParts } from '../hub.ts'
import { planWeights } from '../matching/plan.ts'
import { matchingSettings } from '../matching/settings.ts'
import { createPlanBook } from '../mappings/plan/book.ts'
import { startReplay } from '../mappings/replay.ts'
import { policyChanges } from './live.ts'
import { countGoldens, countPolicy } from './plan.ts'
import { type Policy, policyContent, policyOf, withPolicy } from './policy.ts'

/** Comparing a record costs milliseconds. */
const COMPARED_MAX = 1_000

/** The policy by which records become customers: planned and applied, as the console and the command line ask for it. */
export function createPolicyActions(parts: HubParts): PolicyActions {
  const { database, config, identity, ids } = parts
  const plans = createPlanBook<Pick<PolicyPlan, 'changes' | 'matching'>>(parts)

  function ofFile(): ActResult<{ policy: Policy; changes: string[] }> {
    const read = parts.readFile?.()
    if (read?.ok === false) return refusal('configuration_wrong', {})
    const policy = read === undefined ? (parts.policy?.own ?? policyOf(config)) : policyOf(read.config)
    return { ok: true, policy, changes: policyChanges(policyOf(config), policy) }
  }

  function changed(): ReturnType<typeof ofFile> {
    const file = ofFile()
    if (file.ok && file.changes.length === 0) return refusal('policy_in_force', {})
    return file
  }

  /** What thresholds would change, where records are compared before and after. */
  async function planMatching(policy: Policy, last: number): Promise<PolicyPlan['matching']> {
    const now = parts.matching.settings()
    const then = await matchingSettings(database.kysely, policy.matching)
    if (now === undefined || then === undefined || JSON.stringify(now) === JSON.stringify(then)) return null
    const { records, merges, questions, endedMerges, endedQuestions } = await planWeights(database, [now, then], last)
    return { records, merges, questions, endedMerges, endedQuestions }
  }

  return {
    async policy() {
      const [file, row] = [ofFile(), await newestPolicy(database.kysely)]
      return {
        number: row?.number ?? 0,
        appliedBy: row?.by ?? null,
        appliedAt: row?.at.toISOString() ?? null,
        content: policyContent(policyOf(config)),
        changes: file.ok ? file.changes : [],
        message: file.ok ? null : file.message,
      }
    },

    async startPolicyPlan(last) {
      const file = changed()
      if (!file.ok) return file
      const { policy, changes } = file
      const [total, matching] = await Promise.all([
        countGoldens(parts),
        planMatching(policy, Math.min(last ?? COMPARED_MAX, COMPARED_MAX)),
      ])
      const then = goldenPolicy(withPolicy(config, policy), identity)
      const plan = plans.start({ changes, matching }, Math.min(total, last ?? total), countPolicy(parts, then, last))
      return { ok: true, plan }
    },
    readPolicyPlan: plans.read,
    cancelPolicyPlan: plans.cancel,

    async applyPolicy(by) {
      const file = changed()
      if (!file.ok) return file
      const next = withPolicy(config, file.policy)
      const weights = (await matchingSettings(database.kysely, file.policy.matching))?.model
      const applied = await database.transaction(async tx => {
        await lockMappings(tx)
        const number = await storePolicy(tx, policyContent(file.policy), by)
        const publication = await publishPolicy(tx, by)
        const again = await applyParts(tx, partsOf(next, parts.mappings, identity, weights), ids.uuid)
        await startReplay(tx, again, publication)
        const detail = { publication, changes: file.changes.map(change => change.split(':')[0] ?? '') }
        await audit(tx, { id: ids.uuid(), actor: by, action: 'policy.apply', target: `policy ${number}`, detail })
        return { number, publication }
      })
      await parts.policy?.refresh()
      await parts.matching.refresh()
      return { ok: true, applied }
    },
  }
}
