import { configChanges } from '#config/changes.ts'
import type { HubConfig } from '#config/config.ts'
import type { Log } from '#observe/log.ts'
import type { Database } from '#store/database.ts'
import { lockMappings } from '#store/mappings/revisions.ts'
import { newestPolicy, storePolicy } from '#store/config/policies.ts'
import { type Policy, policyContent, policyFrom, policyOf, withPolicy } from './policy.ts'

/** The configuration of this process with the policy in force, which changes when another is applied. */
export interface LivePolicy {
  readonly config: HubConfig
  /** That of the file, as it was at the start. */
  readonly own: Policy
  /** What it says otherwise than what is in force. */
  pending: () => string[]
  /** Takes over a policy that was applied since. */
  refresh: () => Promise<void>
}

/**
 * Puts the applied policy in the place of the file's. The first start applies the file's; from then on a changed file waits for
 * `patchbay policy apply`, and says so.
 */
export async function openPolicy(database: Database, file: HubConfig, log: Log): Promise<LivePolicy> {
  const own = policyOf(file)
  const policy = await database.transaction(async tx => {
    await lockMappings(tx)
    const newest = await newestPolicy(tx)
    if (newest === undefined) await storePolicy(tx, policyContent(own), 'start')
    return newest === undefined ? own : policyFrom(newest.content)
  })
  const changes = policyChanges(policy, own)
  if (changes.length > 0)
    log.warn(
      { unit: 'policy', changes },
      'the policy of the file differs from the one in force, which stays: "patchbay policy plan" tells what would change',
    )
  const config = withPolicy(file, policy)
  return {
    config,
    own,
    pending: () => policyChanges(policyOf(config), own),
    async refresh() {
      const newest = await newestPolicy(database.kysely)
      if (newest !== undefined) takeOver(config, policyFrom(newest.content))
    },
  }
}

/** What differs, as lines for people. A system that the policy in force does not know is a new one, and no change. */
export function policyChanges(from: Policy, to: Policy): string[] {
  const known = Object.entries(to.priorities).filter(([name]) => Object.hasOwn(from.priorities, name))
  const kept = Object.entries(from.priorities).filter(([name]) => Object.hasOwn(to.priorities, name))
  return configChanges(
    policyContent({ ...from, priorities: Object.fromEntries(kept) }),
    policyContent({ ...to, priorities: Object.fromEntries(known) }),
  )
}

/** Those who hold the configuration of this process see it at once: all of it between two batches, or within one that is computed again. */
function takeOver(config: HubConfig, policy: Policy): void {
  const next = withPolicy(config, policy)
  if (next.policy.matching === undefined) delete config.policy.matching
  Object.assign(config.policy, next.policy)
  for (const system of Object.values(config.systems))
    system.priority = next.systems[system.name]?.priority ?? system.priority
}
