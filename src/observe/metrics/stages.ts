import { LATENCY_SECONDS } from './buckets.ts'
import type { Meters } from './meters.ts'

/** How the stages get on. */
export const stageMetrics = ({ counter, gauge, histogram }: Meters) => ({
  events: counter('patchbay_events_total', 'Events settled: processed, ignored or dead', ['system', 'state', 'reason']),
  stageSeconds: histogram('patchbay_stage_seconds', 'Duration of one batch of a stage', LATENCY_SECONDS, ['stage']),
  stageRows: counter('patchbay_stage_rows_total', 'Rows worked on by a stage', ['stage']),
  stageErrors: counter('patchbay_stage_errors_total', 'Batches that failed and were rolled back', ['stage']),
  wakeLag: histogram(
    'patchbay_wake_lag_seconds',
    'Time from the wake-up of a shard to the start of its drain',
    [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    ['stage'],
  ),
  statements: counter('patchbay_statements_total', 'SQL statements of the stages, begin and commit included'),
  open: gauge('patchbay_open_rows', 'Rows that are in no final state, or dead; the same from every process', [
    'kind',
    'system',
    'state',
  ]),
  oldest: gauge(
    'patchbay_oldest_due_seconds',
    'How long the oldest row that is due waits for a stage; the same from every process',
    ['stage', 'system'],
  ),
})
