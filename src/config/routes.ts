import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RouteConfig } from './config.ts'
import type { Path } from './document.ts'
import { nameChoice } from './problems.ts'
import type { ProblemList } from './problems.ts'
import { routeSchema } from './schema.ts'
import { checkObject } from './systems.ts'
import type { CheckedSystem } from './systems.ts'

/** Checks the list of routes against the systems and the mapping files that they name. */
export function checkRoutes(
  given: unknown,
  systems: ReadonlyMap<string, CheckedSystem>,
  mappingsDirs: readonly string[],
  list: ProblemList,
): readonly RouteConfig[] {
  if (given === undefined || given === null) return []
  if (!Array.isArray(given)) {
    list.add(
      ['routes'],
      'found something that is not a list',
      'a list of routes: - { entity: person, system: crm, object: contact }',
    )
    return []
  }
  const routes = given.flatMap(
    (entry: unknown, index) => checkRoute(entry, ['routes', index], systems, mappingsDirs, list) ?? [],
  )
  findDoubles(routes, list)
  return routes
}

function checkRoute(
  given: unknown,
  path: Path,
  systems: ReadonlyMap<string, CheckedSystem>,
  mappingsDirs: readonly string[],
  list: ProblemList,
): RouteConfig | undefined {
  const route = list.check(routeSchema, given, path)
  if (!route) return undefined
  const system = systems.get(route.system)
  if (!system) {
    list.add([...path, 'system'], `unknown system "${route.system}"`, nameChoice(route.system, [...systems.keys()]))
    return undefined
  }
  if (system.connector && system.connector.push === undefined) {
    list.add([...path, 'system'], `system "${route.system}" cannot be written to`, 'a system whose connector can push')
    return undefined
  }
  checkObject(route.object, system.objects, list, [...path, 'object'])
  const mapping = route.mapping ?? `${system.mappings ?? route.system}/${route.object}.out`
  if (!mappingsDirs.some(dir => existsSync(join(dir, `${mapping}.jsonata`)))) {
    const at = route.mapping === undefined ? path : [...path, 'mapping']
    list.add(at, `there is no mapping "${mapping}"`, `the file ${mapping}.jsonata in ${mappingsDirs.join(' or ')}`)
  }
  return {
    name: route.name ?? `${route.entity}-to-${route.system}-${route.object}`,
    entity: route.entity,
    system: route.system,
    object: route.object,
    ...(route.when !== undefined && { when: route.when }),
    mapping,
    onRouteExit: route.onRouteExit,
    onSourceDelete: route.onSourceDelete,
    losingEdits: route.losingEdits,
  }
}

/** One golden record has one delivery per (system, object): two routes of one entity to the same place would fight over it. */
function findDoubles(routes: readonly RouteConfig[], list: ProblemList): void {
  const names = new Set<string>()
  const places = new Map<string, string>()
  for (const route of routes) {
    const place = `${route.entity} ${route.system} ${route.object}`
    const other = places.get(place)
    if (other !== undefined) {
      list.add(
        ['routes'],
        `routes "${other}" and "${route.name}" both take ${route.entity} to ${route.system}/${route.object}`,
        'one route whose "when" covers both',
        'key',
      )
    } else if (names.has(route.name)) {
      list.add(['routes'], `two routes are named "${route.name}"`, 'a name of its own for each', 'key')
    }
    names.add(route.name)
    places.set(place, route.name)
  }
}
