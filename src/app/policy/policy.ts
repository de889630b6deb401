import type { HubConfig, PolicyConfig } from '#config/config.ts'
import type { JsonObject } from '#model/json.ts'

/** How records become customers: what of patchbay.yaml is planned and applied, and never changes by itself. */
export interface Policy extends Pick<
  PolicyConfig,
  'skewToleranceMs' | 'survivorship' | 'blockedKeys' | 'keyUsesMax' | 'matching'
> {
  /** Of each system that was there when it was applied. */
  priorities: Readonly<Record<string, number>>
}

export function policyOf({ policy, systems }: Pick<HubConfig, 'policy' | 'systems'>): Policy {
  const { skewToleranceMs, survivorship, blockedKeys, keyUsesMax, matching } = policy
  const priorities = Object.fromEntries(Object.values(systems).map(({ name, priority }) => [name, priority]))
  return {
    skewToleranceMs,
    survivorship,
    blockedKeys,
    keyUsesMax,
    ...(matching === undefined ? {} : { matching }),
    priorities,
  }
}

/** The configuration with another policy in the place of its own. A system that this one does not know has the priority of the file. */
export function withPolicy<Config extends Pick<HubConfig, 'policy' | 'systems'>>(
  config: Config,
  policy: Policy,
): Config {
  const { priorities, matching, ...rest } = policy
  const { matching: _, ...own } = config.policy
  const systems = Object.values(config.systems).map(system => [
    system.name,
    { ...system, priority: priorities[system.name] ?? system.priority },
  ])
  return {
    ...config,
    policy: { ...own, ...rest, ...(matching === undefined ? {} : { matching }) },
    systems: Object.fromEntries(systems),
  }
}

/** In the form in which it is stored and compared: plain JSON. */
export function policyContent(policy: Policy): JsonObject {
  return JSON.parse(JSON.stringify(policy))
}

export function policyFrom(content: JsonObject): Policy {
  // Written by policyContent.
  return JSON.parse(JSON.stringify(content))
}
