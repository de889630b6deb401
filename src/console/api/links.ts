import { audit } from '../audit.ts'
import type { ObjectKey } from '../actions/mappings.ts'
import type { ConsoleParts, Handlers } from '../handler.ts'
import type { Problem } from '../problem.ts'
import { isProblem, problem } from '../problem.ts'

/** First link: what a system's objects hold is loaded, a person reviews what would be done there, and makes them live. */
export function createLinkHandlers(parts: ConsoleParts): Pick<Handlers, 'getLink' | 'startLink' | 'applyLink'> {
  const { actions, db } = parts

  /** The objects with their load groups, or why there are none. */
  async function read(system: string, object: string | undefined) {
    const items = await actions.linkPlan(system, object)
    if (items.length > 0) return items
    if (parts.config.systems[system] === undefined) return problem('system_unknown', { name: system })
    return object === undefined
      ? problem('system_without_load_groups', { system })
      : problem('object_without_load_group', { system, object })
  }

  async function note(action: string, system: string, actor: string, items: readonly ObjectKey[]): Promise<void> {
    const objects = items.map(item => `${item.system}/${item.object}`)
    await audit(db, { id: parts.uuid(), actor, action, target: system, detail: { objects } })
  }

  return {
    async getLink({ path, query }) {
      const items = await read(path.system, query.object)
      return isProblem(items) ? items : { items }
    },

    async startLink({ path, query, actor }) {
      const known = await read(path.system, query.object)
      if (isProblem(known)) return known
      const items = await actions.linkStart(path.system, query.object)
      if (items.length > 0) await note('link.start', path.system, actor.name, items)
      return { items }
    },

    async applyLink({ path, query, actor }) {
      const known = await read(path.system, query.object)
      if (isProblem(known)) return known
      const refused = notReady(known.filter(item => item.plan !== null))
      if (refused !== undefined) return refused
      const items = await actions.linkApply(path.system, query.object, actor.name)
      await note('link.apply', path.system, actor.name, items)
      return { items }
    },
  }
}

function notReady(
  reviewed: readonly { system: string; object: string; plan: { undecided: number } | null }[],
): Problem | undefined {
  if (reviewed.length === 0) return problem('nothing_in_review', {})
  const open = reviewed.find(item => (item.plan?.undecided ?? 0) > 0)
  if (open === undefined) return undefined
  const { system, object, plan } = open
  return problem('deliveries_undecided', { count: plan?.undecided ?? 0, system, object })
}
