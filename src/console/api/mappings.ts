import type { ConsoleParts, Handlers } from '../handler.ts'
import { problem } from '../problem.ts'

export function createMappingHandlers(parts: ConsoleParts): Pick<Handlers, 'listMappings' | 'getMapping'> {
  const { mappings } = parts
  const summary = (name: string) => ({
    name,
    direction: name.endsWith('.in') ? ('in' as const) : ('out' as const),
    usedBy: users(parts, name),
  })
  return {
    listMappings: () =>
      Promise.resolve({
        items: mappings.names().map(name => ({ ...summary(name), cases: mappings.caseCount(name) })),
      }),

    getMapping({ path }) {
      const name = `${path.folder}/${path.mapping}`
      const source = mappings.source(name)
      if (source === undefined) return Promise.resolve(problem('not_found', `There is no mapping ${name}.`))
      return Promise.resolve({ ...summary(name), source, results: [...mappings.runCases(name)] })
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
