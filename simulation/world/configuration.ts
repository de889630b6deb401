import type { Dialect } from './vendors/dialect.ts'
import { objectOf } from './field.ts'

export const SKEW_TOLERANCE_MS = 120_000

/** The hub's configuration for the vendors of a run. JSON is YAML. */
export function configurationOf(dialects: readonly Dialect[], skewToleranceMs = SKEW_TOLERANCE_MS): string {
  return JSON.stringify(
    {
      systems: Object.fromEntries(dialects.map(dialect => [dialect.system, systemOf(dialect)])),
      routes: dialects.flatMap(routesOf),
      policy: { skewTolerance: `${skewToleranceMs / 1_000}s` },
    },
    undefined,
    2,
  )
}

function systemOf(dialect: Dialect) {
  const object = {
    ...(dialect.polls ? { pollEvery: '8m' } : {}),
    ...(dialect.linkedLater ? { loadGroup: 'first' } : {}),
    ...(dialect.brakeRecords === undefined ? {} : { brake: { records: dialect.brakeRecords, percent: 0 } }),
    ...(dialect.upperCase ? { compare: comparesOf(dialect) } : {}),
  }
  return {
    connector: `sim-${dialect.system}`,
    mappings: dialect.system,
    priority: dialect.priority,
    objects: { contact: object, company: object },
    ...(dialect.authors ? { author: 'patchbay' } : {}),
  }
}

function comparesOf(dialect: Dialect): Record<string, string[]> {
  const names = [...dialect.sends.person, ...dialect.sends.account].filter(({ kind }) => kind === 'name')
  return Object.fromEntries(names.map(({ name }) => [name, ['ignoreCase']]))
}

function routesOf({ system, route }: Dialect) {
  const { condition, onRouteExit, onSourceDelete, losingEdits } = route
  const when =
    condition === 'language'
      ? { when: 'language != "de" or $not($exists(language))' }
      : condition === 'consent'
        ? { when: '$not("denied" in consents.status)' }
        : {}
  return (['person', 'account'] as const).map(entity => ({
    entity,
    system,
    object: objectOf(entity),
    onRouteExit,
    onSourceDelete,
    losingEdits,
    ...(entity === 'person' ? when : {}),
  }))
}
