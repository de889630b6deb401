import { Registry } from 'prom-client'
import { alertMetrics } from './metrics/alerts.ts'
import { businessMetrics } from './metrics/business.ts'
import { deliverMetrics } from './metrics/deliver.ts'
import { identityMetrics } from './metrics/identity.ts'
import { mappingMetrics } from './metrics/mapping.ts'
import { createMeters } from './metrics/meters.ts'
import { collectProcessMetrics, processMetrics } from './metrics/process.ts'
import { receiveMetrics } from './metrics/receive.ts'
import { stageMetrics } from './metrics/stages.ts'
import { systemMetrics } from './metrics/systems.ts'

export type Metrics = ReturnType<typeof createMetrics>

/** The metrics by part of the hub, as docs/metrics.md lists them. */
export const METRIC_GROUPS = {
  'What comes in': receiveMetrics,
  Stages: stageMetrics,
  'What goes out': deliverMetrics,
  Identity: identityMetrics,
  Mappings: mappingMetrics,
  Systems: systemMetrics,
  'The process and what it stands on': processMetrics,
  'The business': businessMetrics,
  Alerts: alertMetrics,
}

/** All metrics of the hub; names follow Prometheus' conventions (base units, `_total`). docs/metrics.md is made of them. */
export function createMetrics(options: { process?: boolean } = {}) {
  const registry = new Registry()
  const meters = createMeters(registry)
  if (options.process !== false) collectProcessMetrics(registry)
  return {
    registry,
    ...receiveMetrics(meters),
    ...stageMetrics(meters),
    ...deliverMetrics(meters),
    ...identityMetrics(meters),
    ...mappingMetrics(meters),
    ...systemMetrics(meters),
    ...processMetrics(meters),
    ...businessMetrics(meters),
    ...alertMetrics(meters),
  }
}
