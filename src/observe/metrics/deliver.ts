import { FRESHNESS_SECONDS, LATENCY_SECONDS } from './buckets.ts'
import type { Meters } from './meters.ts'

/** Calls to vendors, and how fresh what they hold is. */
export const deliverMetrics = ({ counter, gauge, histogram }: Meters) => ({
  attempts: counter('patchbay_attempts_total', 'Calls to vendors, by how they ended', [
    'system',
    'operation',
    'outcome',
  ]),
  attemptSeconds: histogram('patchbay_attempt_seconds', 'Duration of calls to vendors', LATENCY_SECONDS, ['system']),
  deliveries: counter('patchbay_deliveries_total', 'Deliveries settled, by what came of them', ['system', 'state']),
  deliverySeconds: histogram(
    'patchbay_delivery_seconds',
    'Time from planning to acknowledged delivery',
    LATENCY_SECONDS,
    ['system'],
  ),
  endToEndSeconds: histogram(
    'patchbay_end_to_end_seconds',
    'Time from the receipt of an event to its acknowledged delivery at this destination',
    FRESHNESS_SECONDS,
    ['system'],
  ),
  breaker: gauge('patchbay_breaker_open', '1 while the circuit breaker is open, in the process that says so', [
    'system',
  ]),
  brakeTrips: counter('patchbay_brake_trips_total', 'Brakes put on: one cause would have changed too many records', [
    'system',
    'object',
  ]),
  brakes: gauge(
    'patchbay_brakes_on',
    'Brakes that hold deliveries until a person decides; the same from every process',
    ['system', 'object'],
  ),
  flips: counter('patchbay_flip_flops_total', 'Members of documents frozen since they went back and forth', [
    'system',
    'object',
  ]),
  flipping: gauge(
    'patchbay_flip_flop_deliveries',
    'Deliveries of which a member is frozen since it went back and forth; the same from every process',
    ['system', 'object'],
  ),
  driftFound: counter('patchbay_drift_found_total', 'Values found in a system that lost, or that it may not assert', [
    'system',
    'object',
  ]),
  driftRepaired: counter('patchbay_drift_repaired_total', 'Remote records written over where such values stood', [
    'system',
    'object',
  ]),
})
