import type { SimContext } from '../contract.ts'
import { configurationOf, SKEW_TOLERANCE_MS } from './configuration.ts'
import { chooseFields, type Dialect } from './vendors/dialect.ts'
import type { Features } from './features.ts'
import { mappingsOf } from './mapping.ts'

/** New revisions of the files: outbound mappings, routes and policy. The judge goes by the last one. */
export interface Publications {
  act(): void
  skewToleranceMs(): number
}

export function createPublications(
  dialects: readonly Dialect[],
  features: Features,
  context: SimContext,
  count: (what: string) => void,
): Publications {
  const random = context.stream('publications')
  let skewToleranceMs = SKEW_TOLERANCE_MS

  /** The fields that a system takes: some more, some no longer. */
  function mapping(dialect: Dialect): string {
    const takesConsents = (): boolean => dialect.takes.person.some(({ kind }) => kind === 'consent')
    const tookConsents = takesConsents()
    dialect.takes = chooseFields(random, features)
    if (takesConsents() && !tookConsents) dialect.consentsSinceMs = context.clock.nowMs()
    return `the mappings of ${dialect.system}`
  }

  function route(dialect: Dialect): string {
    // The first system takes everybody.
    if (dialect !== dialects[0]) dialect.route.condition = random.pick(['none', 'language', 'consent'] as const)
    dialect.route.losingEdits = random.pick(['writeBack', 'keepLocal'])
    return `a route ${JSON.stringify(dialect.route)} to ${dialect.system}`
  }

  function policy(dialect: Dialect): string {
    dialect.priority = random.integer(3) * 10
    skewToleranceMs = random.pick([0, 30_000, SKEW_TOLERANCE_MS])
    return `priority ${dialect.priority} of ${dialect.system}, a tolerance of ${skewToleranceMs / 1_000} s`
  }

  return {
    act() {
      const what = random.pick([mapping, mapping, route, policy])(random.pick(dialects))
      context.tell(`somebody publishes ${what}`)
      count('publications')
      const mappings = Object.assign({}, ...dialects.map(mappingsOf)) as Record<string, string>
      void context.hub.publish({ yaml: configurationOf(dialects, skewToleranceMs), mappings })
    },
    skewToleranceMs: () => skewToleranceMs,
  }
}
