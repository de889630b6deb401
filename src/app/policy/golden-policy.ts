import type { HubConfig } from '#config/config.ts'
import type { GoldenPolicy } from '#resolve/golden.ts'
import { type Blocked, compileBlocked } from '#rules/identity/blocked-keys.ts'
import type { IdentityPolicy } from '#rules/identity/policy.ts'

/**
 * How golden records are made of source records, from the configuration and the rules for strong keys. It follows the
 * configuration when another policy is put in force.
 */
export function goldenPolicy(config: HubConfig, identity: IdentityPolicy): GoldenPolicy {
  let compiled: { from: readonly string[]; blocked: Blocked } | undefined
  return {
    policy: config.policy,
    systems: name => config.systems[name],
    defaultCountry: config.hub.defaultCountry,
    get blocked() {
      const { blockedKeys } = config.policy
      if (compiled?.from !== blockedKeys)
        compiled = { from: blockedKeys, blocked: compileBlocked(identity.blocked, { any: blockedKeys }) }
      return compiled.blocked
    },
    keyLimits: identity.limits,
  }
}
