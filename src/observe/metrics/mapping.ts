import type { Meters } from './meters.ts'

/** Mappings by name; their files bound how many there are. */
export const mappingMetrics = ({ counter, gauge, histogram }: Meters) => ({
  mappingSeconds: histogram(
    'patchbay_mapping_seconds',
    'Duration of one run of a mapping',
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05],
    ['mapping'],
  ),
  mappingFailures: counter('patchbay_mapping_failures_total', 'Events and deliveries that a mapping made dead', [
    'system',
    'mapping',
    'reason',
  ]),
  mappingPublished: gauge(
    'patchbay_mapping_published_timestamp_seconds',
    'When the revision of a mapping that is in force was published; the same from every process',
    ['mapping'],
  ),
})
