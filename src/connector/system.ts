import type { SystemConfig } from '#config/config.ts'
import type { Compare } from '#rules/comparators.ts'
import type { Connector } from './kit.ts'

/** A configured system together with the connector that speaks to it. */
export interface System {
  config: SystemConfig
  connector: Connector<unknown>
}

/** All configured systems by name. */
export type Systems = ReadonlyMap<string, System>

/** What more counts as the same by canonical field in an object of a system: by its connector, and by the configuration. */
export function comparatorsOf(
  system: System | undefined,
  object: string,
): Readonly<Record<string, readonly Compare[]>> {
  return { ...system?.connector.manifest.compare?.[object], ...system?.config.objects[object]?.compare }
}
