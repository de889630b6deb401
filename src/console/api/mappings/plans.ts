import { readRevisions } from '#store/mappings/revisions.ts'
import type { MappingPlan } from '../../actions/mappings.ts'
import { audit } from '../../audit.ts'
import type { Actor, ConsoleParts, Handlers, ReplyOf } from '../../handler.ts'
import type { Problem } from '../../problem.ts'
import { unreadable } from '../../mappings/unreadable.ts'
import { problem } from '../../problem.ts'

type Plan = ReplyOf<'getMappingPlan'>
type Sample = Plan['samples'][number]

/** Plans: what a draft would change, before anything is published. */
export function createMappingPlanHandlers(
  parts: ConsoleParts,
): Pick<Handlers, 'startMappingPlan' | 'getMappingPlan' | 'cancelMappingPlan'> {
  const { actions, config, db, drafts } = parts
  return {
    async startMappingPlan({ body, actor }) {
      const { system, object, direction, last } = body
      const mapping = mappingOf(config, system, object, direction)
      if (mapping === undefined)
        return problem(direction === 'in' ? 'no_system_maps' : 'no_route_maps', { system, object })
      const [draft] = body.source === undefined ? await readRevisions(db, { mapping, state: 'draft' }) : []
      const source = body.source ?? draft?.source
      if (source === undefined) return problem('nothing_to_plan', { name: mapping })
      // In a thread of its own: a long text would hold up all else.
      const compiled = await drafts.ask('compile', { source })
      if (!compiled.ok) return unreadable(compiled.failure)
      const plan = await actions.startMappingPlan({ system, object, mapping, source, last })
      await audit(db, {
        id: parts.uuid(),
        actor: actor.name,
        action: 'mapping.plan',
        target: mapping,
        detail: { plan: plan.id },
      })
      return shown(plan, actor)
    },
    getMappingPlan: ({ path, actor }) => Promise.resolve(shownOr(actions.readMappingPlan(path.id), actor)),
    cancelMappingPlan: ({ path, actor }) => Promise.resolve(shownOr(actions.cancelMappingPlan(path.id), actor)),
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

function shownOr(plan: MappingPlan | undefined, actor: Actor): Plan | Problem {
  return plan === undefined ? problem('plan_unknown', {}) : shown(plan, actor)
}

function shown({ result, startedAtMs, endedAtMs, texts, ...plan }: MappingPlan, { scopes }: Actor): Plan {
  const endedAt = endedAtMs === undefined ? null : new Date(endedAtMs).toISOString()
  const seen = scopes.has('read') ? result : veiled(result, name => texts.some(text => text.includes(lastOf(name))))
  return { ...plan, ...seen, startedAt: new Date(startedAtMs).toISOString(), endedAt }
}

/** `person.email` counts the field `email`. */
const lastOf = (name: string): string => name.slice(name.indexOf('.') + 1)

/**
 * A draft can turn a value into anything, a name of a field included: those who may not see personal data are shown the
 * names that stand in the texts, and nothing of what is under them.
 */
function veiled(result: MappingPlan['result'], isWritten: (name: string) => boolean): MappingPlan['result'] {
  const written = <T>(fields: Readonly<Record<string, T>>): [string, T][] =>
    Object.entries(fields).filter(([name]) => isWritten(name))
  const starred = (fields: Sample['before']): Sample['before'] =>
    fields === null ? null : Object.fromEntries(written(fields).map(([name]) => [name, '***']))
  const sample = ({ id, before, after, failure }: Sample): Sample => ({
    id,
    before: starred(before),
    after: starred(after),
    failure: failure === null ? null : (/^\w+/.exec(failure)?.[0] ?? ''),
  })
  const { fields, samples, failures } = result
  return {
    ...result,
    fields: Object.fromEntries(written(fields)),
    samples: samples.map(sample),
    failures: failures.map(sample),
  }
}
