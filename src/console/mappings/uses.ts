import type { HubConfig } from '#config/config.ts'

/** What a mapping is used for, and by the name of which system or route. */
export interface MappingUse {
  by: string
  system: string
  object: string
  /** Of the golden records that an outbound one is given. */
  entity: string | null
  direction: 'in' | 'out'
}

/** The objects of each system that mappings read or write: those that there are ids of. */
export function objectsOf(
  { routes, systems }: Pick<HubConfig, 'routes' | 'systems'>,
  mappings: readonly string[],
): Record<string, string[]> {
  return Object.fromEntries(
    Object.values(systems).map(({ name, mappings: folder }) => {
      const read = mappings.filter(one => one.startsWith(`${folder}/`) && one.endsWith('.in'))
      const written = routes.filter(route => route.system === name).map(route => route.object)
      const objects = [...read.map(one => one.slice(folder.length + 1, -'.in'.length)), ...written]
      return [name, [...new Set(objects)].sort()]
    }),
  )
}

/** The routes that an outbound mapping serves, the systems that an inbound one reads. */
export function usesOf({ routes, systems }: Pick<HubConfig, 'routes' | 'systems'>, mapping: string): MappingUse[] {
  if (mapping.endsWith('.out'))
    return routes
      .filter(route => route.mapping === mapping)
      .map(({ name, system, object, entity }) => ({ by: name, system, object, entity, direction: 'out' }))
  const [folder = '', name = ''] = mapping.split('/')
  return Object.values(systems)
    .filter(system => system.mappings === folder)
    .map(system => ({
      by: system.name,
      system: system.name,
      object: name.slice(0, -'.in'.length),
      entity: null,
      direction: 'in',
    }))
}
