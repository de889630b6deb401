import type { SystemConfig } from '#config/config.ts'
import type { Connector } from './kit.ts'

/** A configured system together with the connector that speaks to it. */
export interface System {
  config: SystemConfig
  connector: Connector<unknown>
}

/** All configured systems by name. */
export type Systems = ReadonlyMap<string, System>
