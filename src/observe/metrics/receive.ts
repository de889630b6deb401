import type { Meters } from './meters.ts'

/** What comes in. */
export const receiveMetrics = ({ counter, gauge, histogram }: Meters) => ({
  requests: counter('patchbay_requests_total', 'Requests received, by HTTP status', ['system', 'result']),
  refused: counter('patchbay_refused_requests_total', 'Requests that were not accepted, by reason', [
    'system',
    'reason',
  ]),
  receiveSeconds: histogram(
    'patchbay_receive_seconds',
    'Time from the first byte of a request to its answer',
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  ),
  appendBatch: histogram(
    'patchbay_append_batch_requests',
    'Requests committed together',
    [1, 2, 4, 8, 16, 32, 64, 128, 256],
  ),
  received: counter('patchbay_events_received_total', 'Events stored, by how they came', ['system', 'origin']),
  duplicates: counter('patchbay_events_duplicate_total', 'Events that had come before, and were ignored', ['system']),
  lastEvent: gauge(
    'patchbay_last_event_timestamp_seconds',
    'When a system last told this process of something, by webhook or poll',
    ['system'],
  ),
  lastPull: gauge(
    'patchbay_last_pull_timestamp_seconds',
    'When this process last pulled the changes of a system with success',
    ['system', 'object'],
  ),
})
