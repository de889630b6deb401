import { createHash } from 'node:crypto'
import type { HubConfig, RouteConfig } from '#config/config.ts'
import type { MappingLibrary } from '#mapping/library.ts'
import { ENTITIES, type Entity } from '#model/entities.ts'
import type { Json } from '#model/json.ts'
import { stableStringify } from '#model/stable-json.ts'
import type { IdentityPolicy } from '#rules/identity/policy.ts'
import type { Model } from '#rules/matching/model.ts'
import type { ConfigPart } from '#store/config/config-parts.ts'

/**
 * What golden records are planned and computed by, each part by its hash, with what must be done when it is new or changed:
 * plan the golden records of these entities again, or compute them again. Pure.
 */
export function partsOf(
  config: Pick<HubConfig, 'routes' | 'systems' | 'policy' | 'hub'>,
  mappings: Pick<MappingLibrary, 'get'>,
  identity: IdentityPolicy,
  weights: Model | undefined,
): ConfigPart[] {
  return [
    ...routeParts(config.routes),
    ...mappingParts(config.routes, mappings),
    ...policyParts(config, identity, weights),
  ]
}

function routeParts(routes: readonly RouteConfig[]): ConfigPart[] {
  return routes.map(({ name, ...route }) => ({
    name: `route:${name}`,
    hash: hashOf({ ...route }),
    work: 'plan',
    whenNew: true,
    entities: [route.entity],
  }))
}

/** Outbound mappings, with the entities whose routes use them. */
function mappingParts(routes: readonly RouteConfig[], mappings: Pick<MappingLibrary, 'get'>): ConfigPart[] {
  const users = Map.groupBy(routes, route => route.mapping)
  return [...users].map(([name, used]) => ({
    name: `mapping:${name}`,
    hash: mappings.get(name)?.hash ?? '',
    work: 'plan',
    whenNew: false,
    entities: [...new Set(used.map(route => route.entity))],
  }))
}

function policyParts(
  { systems, policy, hub }: Pick<HubConfig, 'systems' | 'policy' | 'hub'>,
  identity: IdentityPolicy,
  weights: Model | undefined,
): ConfigPart[] {
  const { survivorship, skewToleranceMs, blockedKeys, keyUsesMax, matching } = policy
  const priorities = Object.fromEntries(
    Object.values(systems).flatMap(({ name, priority }) => (priority === 0 ? [] : [[name, priority]])),
  )
  const all = [skewToleranceMs, [...blockedKeys], keyUsesMax, JSON.parse(JSON.stringify(identity)), priorities]
  // Records that were resolved by other thresholds or weights are looked at once more.
  if (matching !== undefined) all.push(JSON.parse(JSON.stringify({ ...matching, weights })))
  return [
    { name: 'policy', hash: hashOf(all), work: 'compute', whenNew: false, entities: ENTITIES },
    ...ENTITIES.map((entity: Entity): ConfigPart => ({
      name: `policy:${entity}`,
      hash: hashOf(JSON.parse(JSON.stringify(survivorship[entity] ?? {}))),
      work: 'compute',
      whenNew: false,
      entities: [entity],
    })),
    // Phones and addresses that name no country are written with it.
    { name: 'config', hash: hashOf(hub.defaultCountry), work: 'plan', whenNew: false, entities: ENTITIES },
  ]
}

function hashOf(value: Json): string {
  return createHash('sha256').update(stableStringify(value)).digest('hex').slice(0, 16)
}
