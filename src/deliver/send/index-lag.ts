import type { System } from '#connector/system.ts'

/** How long the vendor's search may lag behind a write: what may have been created is looked up only after it. */
export function indexLagOf({ config, connector }: System): number {
  const { indexLagMs } = connector.manifest
  return typeof indexLagMs === 'function' ? indexLagMs(config.settings) : indexLagMs
}
