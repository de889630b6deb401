import { collectDefaultMetrics, type Registry } from 'prom-client'
import type { Meters } from './meters.ts'

/** What this process stands on. */
export const processMetrics = ({ gauge }: Meters) => ({
  pool: gauge('patchbay_pool_connections', 'Connections to PostgreSQL: busy or idle', ['pool', 'state']),
  poolWaiting: gauge('patchbay_pool_waiting_callers', 'Callers that wait for a connection to PostgreSQL', ['pool']),
  databaseUp: gauge('patchbay_database_up', '1 if PostgreSQL answered at the last look, else 0'),
  databaseAnswer: gauge(
    'patchbay_database_answer_seconds',
    'How long PostgreSQL took to answer `select 1` at that look',
  ),
  databaseSize: gauge('patchbay_database_size_bytes', 'Size of the database on its disk'),
  diskFree: gauge('patchbay_disk_free_bytes', 'Free space of the disk of the data folder'),
  diskSize: gauge('patchbay_disk_size_bytes', 'Size of the disk of the data folder'),
})

/** CPU, memory, event loop and garbage collection, as prom-client has them. */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry })
  // Gauges that are named like counters; what they say is there by type as well.
  for (const name of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${name}_total`)
}
