import type { HubConfig } from '#config/config.ts'
import type { GoldenPolicy } from '#resolve/golden.ts'
import { compileBlocked } from '#rules/blocked-keys.ts'
import type { IdentityPolicy } from '#rules/identity-policy.ts'

/** How golden records are made of source records, from the configuration and the rules for strong keys. */
export function goldenPolicy(config: HubConfig, identity: IdentityPolicy): GoldenPolicy {
  return {
    policy: config.policy,
    systems: name => config.systems[name],
    defaultCountry: config.hub.defaultCountry,
    blocked: compileBlocked(identity.blocked, { any: config.policy.blockedKeys }),
    keyLimits: identity.limits,
  }
}
