import { audit } from '../../audit.ts'
import type { ConsoleParts, Handlers, ReplyOf } from '../../handler.ts'
import { type Problem, problem, refused } from '../../problem.ts'
import type { PolicyPlan } from '../../actions/policy.ts'

type Plan = ReplyOf<'getPolicyPlan'>
type Operations = 'getPolicy' | 'startPolicyPlan' | 'getPolicyPlan' | 'cancelPolicyPlan' | 'applyPolicy'

/** The policy by which records become customers: planned and applied. */
export function createPolicyHandlers({ actions, db, uuid }: ConsoleParts): Pick<Handlers, Operations> {
  return {
    getPolicy: () => actions.policy(),
    async startPolicyPlan({ body, actor }) {
      const started = await actions.startPolicyPlan(body.last)
      if (!started.ok) return refused(started)
      const { plan } = started
      await audit(db, {
        id: uuid(),
        actor: actor.name,
        action: 'policy.plan',
        target: 'policy',
        detail: { plan: plan.id },
      })
      return shown(plan)
    },
    getPolicyPlan: ({ path }) => Promise.resolve(shownOr(actions.readPolicyPlan(path.id))),
    cancelPolicyPlan: ({ path }) => Promise.resolve(shownOr(actions.cancelPolicyPlan(path.id))),
    async applyPolicy({ actor }) {
      const done = await actions.applyPolicy(actor.name)
      return done.ok ? done.applied : refused(done)
    },
  }
}

function shownOr(plan: PolicyPlan | undefined): Plan | Problem {
  return plan === undefined ? problem('plan_unknown', {}) : shown(plan)
}

function shown({ result, startedAtMs, endedAtMs, ...plan }: PolicyPlan): Plan {
  const { records, changed, updates, fields, destinations, samples } = result
  const endedAt = endedAtMs === undefined ? null : new Date(endedAtMs).toISOString()
  return {
    ...plan,
    records,
    changed,
    updates,
    fields,
    destinations,
    samples,
    startedAt: new Date(startedAtMs).toISOString(),
    endedAt,
  }
}
