import { readPublished, readRevisions } from '#store/mapping-revisions.ts'
import type { ConsoleParts, Handlers } from '../handler.ts'
import { problem } from '../problem.ts'

export function createMappingHandlers(parts: ConsoleParts): Pick<Handlers, 'listMappings' | 'getMapping'> {
  const { mappings, db } = parts

  /** What is told of each mapping, with its revision and its draft. */
  async function summaries() {
    const [{ mappings: published }, drafts] = await Promise.all([
      readPublished(db),
      readRevisions(db, { state: 'draft' }),
    ])
    const revisions = new Map(published.map(({ name, revision }) => [name, revision]))
    const marks = new Map(drafts.map(draft => [draft.name, { by: draft.createdBy, at: draft.changedAt.toISOString() }]))
    const summary = (name: string) => ({
      name,
      direction: name.endsWith('.in') ? ('in' as const) : ('out' as const),
      usedBy: users(parts, name),
      revision: revisions.get(name) ?? null,
      draft: marks.get(name) ?? null,
    })
    return { summary, names: [...new Set([...mappings.names(), ...marks.keys()])].sort() }
  }

  return {
    async listMappings() {
      const { summary, names } = await summaries()
      return { items: names.map(name => ({ ...summary(name), cases: mappings.caseCount(name) })) }
    },

    async getMapping({ path }) {
      const name = `${path.folder}/${path.mapping}`
      const source = mappings.source(name)
      if (source === undefined) return problem('not_found', `There is no mapping ${name}.`)
      const { summary } = await summaries()
      return { ...summary(name), source, results: [...mappings.runCases(name)] }
    },
  }
}

/** Routes that an outbound mapping serves, systems that an inbound one reads. */
function users({ config }: ConsoleParts, name: string): string[] {
  if (name.endsWith('.out')) return config.routes.filter(route => route.mapping === name).map(route => route.name)
  const folder = name.slice(0, name.indexOf('/'))
  return Object.values(config.systems)
    .filter(system => system.mappings === folder)
    .map(system => system.name)
}
