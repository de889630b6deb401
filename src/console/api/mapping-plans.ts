import { readRevisions } from '#store/mapping-revisions.ts'
import type { MappingPlan } from '../actions.ts'
import { audit } from '../audit.ts'
import type { ConsoleParts, Handlers, ReplyOf } from '../handler.ts'
import type { Problem } from '../problem.ts'
import { problem } from '../problem.ts'

type Plan = ReplyOf<'getMappingPlan'>

/** Plans: what a draft would change, before anything is published. */
export function createMappingPlanHandlers(
  parts: ConsoleParts,
): Pick<Handlers, 'startMappingPlan' | 'getMappingPlan' | 'cancelMappingPlan'> {
  const { actions, config, db } = parts
  return {
    async startMappingPlan({ body, actor }) {
      const { system, object, direction, last } = body
      const mapping = mappingOf(config, system, object, direction)
      if (mapping === undefined)
        return problem(
          'not_found',
          `No ${direction === 'in' ? 'system' : 'route'} uses a mapping for ${system}/${object}.`,
        )
      const [draft] = body.source === undefined ? await readRevisions(db, { mapping, state: 'draft' }) : []
      const source = body.source ?? draft?.source
      if (source === undefined)
        return problem('not_found', `There is no draft of ${mapping}: save one, or give a text.`)
      const plan = await actions.startMappingPlan({ system, object, mapping, source, last })
      if (typeof plan === 'string') return problem('request_invalid', plan)
      await audit(db, {
        id: parts.uuid(),
        actor: actor.name,
        action: 'mapping.plan',
        target: mapping,
        detail: { plan: plan.id },
      })
      return shown(plan)
    },
    getMappingPlan: ({ path }) => Promise.resolve(shownOr(actions.readMappingPlan(path.id))),
    cancelMappingPlan: ({ path }) => Promise.resolve(shownOr(actions.cancelMappingPlan(path.id))),
  }
}

function mappingOf(
  { systems, routes }: ConsoleParts['config'],
  system: string,
  object: string,
  direction: 'in' | 'out',
): string | undefined {
  if (direction === 'out') return routes.find(route => route.system === system && route.object === object)?.mapping
  const folder = systems[system]?.mappings
  return folder === undefined ? undefined : `${folder}/${object}.in`
}

function shownOr(plan: MappingPlan | undefined): Plan | Problem {
  return plan === undefined
    ? problem(
        'not_found',
        'This process has no such plan: plans are kept in the process that was asked, the newest of them.',
      )
    : shown(plan)
}

function shown({ result, startedAtMs, endedAtMs, ...plan }: MappingPlan): Plan {
  const endedAt = endedAtMs === undefined ? null : new Date(endedAtMs).toISOString()
  return { ...plan, ...result, startedAt: new Date(startedAtMs).toISOString(), endedAt }
}
