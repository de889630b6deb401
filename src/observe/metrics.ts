import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

const LATENCY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

export type Metrics = ReturnType<typeof createMetrics>

/** All metrics of the hub in one place; names follow Prometheus' conventions (base units, `_total`). */
export function createMetrics(options: { process?: boolean } = {}) {
  const registry = new Registry()
  const registers = [registry]
  if (options.process !== false) collectDefaultMetrics({ register: registry })
  return {
    registry,
    requests: new Counter({
      name: 'patchbay_requests_total',
      help: 'Requests received',
      labelNames: ['system', 'result'] as const,
      registers,
    }),
    receiveSeconds: new Histogram({
      name: 'patchbay_receive_seconds',
      help: 'Time from the first byte of a request to its answer',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    appendBatch: new Histogram({
      name: 'patchbay_append_batch_requests',
      help: 'Requests committed together',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    }),
    events: new Counter({
      name: 'patchbay_events_total',
      help: 'Events settled',
      labelNames: ['system', 'state', 'reason'] as const,
      registers,
    }),
    stageSeconds: new Histogram({
      name: 'patchbay_stage_seconds',
      help: 'Duration of one batch of a stage',
      labelNames: ['stage'] as const,
      buckets: LATENCY_SECONDS,
      registers,
    }),
    stageRows: new Counter({
      name: 'patchbay_stage_rows_total',
      help: 'Rows worked on by a stage',
      labelNames: ['stage'] as const,
      registers,
    }),
    stageErrors: new Counter({
      name: 'patchbay_stage_errors_total',
      help: 'Batches that failed and were rolled back',
      labelNames: ['stage'] as const,
      registers,
    }),
    merges: new Counter({
      name: 'patchbay_golden_merges_total',
      help: 'Golden records merged',
      labelNames: ['entity'] as const,
      registers,
    }),
    attempts: new Counter({
      name: 'patchbay_attempts_total',
      help: 'Calls to vendors',
      labelNames: ['system', 'operation', 'outcome'] as const,
      registers,
    }),
    attemptSeconds: new Histogram({
      name: 'patchbay_attempt_seconds',
      help: 'Duration of calls to vendors',
      labelNames: ['system'] as const,
      buckets: LATENCY_SECONDS,
      registers,
    }),
    deliveries: new Counter({
      name: 'patchbay_deliveries_total',
      help: 'Deliveries settled',
      labelNames: ['system', 'state'] as const,
      registers,
    }),
    deliverySeconds: new Histogram({
      name: 'patchbay_delivery_seconds',
      help: 'Time from planning to acknowledged delivery',
      labelNames: ['system'] as const,
      buckets: LATENCY_SECONDS,
      registers,
    }),
    brakeTrips: new Counter({
      name: 'patchbay_brake_trips_total',
      help: 'Brakes put on: one cause would have changed too many remote records',
      labelNames: ['system', 'object'] as const,
      registers,
    }),
    brakes: new Gauge({
      name: 'patchbay_brakes_on',
      help: 'Brakes that hold deliveries until a person releases or discards them',
      labelNames: ['system', 'object'] as const,
      registers,
    }),
    flips: new Counter({
      name: 'patchbay_flip_flops_total',
      help: 'Members of documents frozen since they went back and forth',
      labelNames: ['system', 'object'] as const,
      registers,
    }),
    breaker: new Gauge({
      name: 'patchbay_breaker_open',
      help: '1 while the circuit breaker of a system is open',
      labelNames: ['system'] as const,
      registers,
    }),
    statements: new Counter({
      name: 'patchbay_statements_total',
      help: 'SQL statements of the stages, begin and commit included',
      registers,
    }),
    open: new Gauge({
      name: 'patchbay_open_rows',
      help: 'Rows not in a final state, by kind, system and state',
      labelNames: ['kind', 'system', 'state'] as const,
      registers,
    }),
    oldest: new Gauge({
      name: 'patchbay_oldest_due_seconds',
      help: 'How long the oldest row that is due has waited for a stage',
      labelNames: ['stage'] as const,
      registers,
    }),
    systems: new Gauge({
      name: 'patchbay_system_state',
      help: '1 for the state that a system is in: active, paused or disconnected',
      labelNames: ['system', 'state'] as const,
      registers,
    }),
  }
}
