import type { MappingLibrary } from '#mapping/library.ts'
import type { Mapping } from '#mapping/mapping.ts'
import type { Metrics } from '#observe/metrics.ts'

/** The same mappings, each run of which is timed. Conditions of routes are not: they are short, and have no names. */
export function timedMappings(library: MappingLibrary, metrics: Pick<Metrics, 'mappingSeconds'>): MappingLibrary {
  const timed = new WeakMap<Mapping, Mapping>()
  return {
    ...library,
    get(name) {
      const mapping = library.get(name)
      if (mapping === undefined) return undefined
      const known = timed.get(mapping)
      if (known !== undefined) return known
      const made = timedMapping(mapping, metrics)
      timed.set(mapping, made)
      return made
    },
  }
}

function timedMapping(mapping: Mapping, metrics: Pick<Metrics, 'mappingSeconds'>): Mapping {
  const labels = { mapping: mapping.name }
  return {
    ...mapping,
    run(input, env, limits) {
      const startedMs = performance.now()
      const result = mapping.run(input, env, limits)
      metrics.mappingSeconds.observe(labels, (performance.now() - startedMs) / 1000)
      return result
    },
  }
}
