import type { Dashboard } from './dashboard.ts'
import { falling, lines, number, rising } from './panel.ts'
import { orNone, percentile, perSecond } from './query.ts'

export const CAPACITY: Dashboard = {
  uid: 'patchbay-capacity',
  title: 'Capacity',
  description: 'How much is left, and what would run out first',
  choosesSystem: false,
  rows: [
    {
      title: 'The machine',
      panels: [
        number('Disk free', 'min(patchbay_disk_free_bytes / patchbay_disk_size_bytes)', {
          description: 'Below 10 % (and 20 GiB) the hub answers 503',
          unit: 'percentunit',
          steps: falling(0.1, 0.15),
          width: 6,
        }),
        number('Disk full in', 'min(patchbay_disk_free_bytes) / clamp_min(-deriv(min(patchbay_disk_free_bytes)[6h:5m]), 1)', {
          description: 'At the pace of the last six hours',
          unit: 's',
          steps: falling(3 * 86_400, 14 * 86_400),
          width: 6,
        }),
        number('Database', 'max(patchbay_database_size_bytes)', {
          description: 'What it takes of its disk',
          unit: 'bytes',
          width: 6,
        }),
        number('Database answers in', 'max(patchbay_database_answer_seconds)', {
          description: 'select 1, with the wait for a connection',
          unit: 's',
          steps: rising(0.05, 0.5),
          width: 6,
        }),
        lines('CPU', { '{{instance}}': 'rate(process_cpu_seconds_total{job="patchbay"}[$__rate_interval])' }, {
          description: 'Of one core, by process; the hub’s own work is on one thread',
          unit: 'percentunit',
          steps: rising(0.7, 0.9),
        }),
        lines('Memory', { '{{instance}}': 'process_resident_memory_bytes{job="patchbay"}' }, {
          description: 'Resident, by process',
          unit: 'bytes',
          steps: rising(1e9, 2e9),
        }),
        lines('Event loop', { '{{instance}} 99 %': 'nodejs_eventloop_lag_p99_seconds{job="patchbay"}' }, {
          description: 'How late timers come: above 100 ms something holds the thread',
          unit: 's',
          steps: rising(0.1, 0.5),
        }),
        lines('Garbage collection', { '{{instance}} {{kind}}': 'sum by (instance, kind) (rate(nodejs_gc_duration_seconds_sum{job="patchbay"}[$__rate_interval]))' }, {
          description: 'Share of the time that it takes',
          unit: 'percentunit',
          steps: rising(0.1, 0.25),
        }),
        lines('Connections', { '{{pool}} {{state}}': 'sum by (pool, state) (patchbay_pool_connections)', '{{pool}} callers wait': 'sum by (pool) (patchbay_pool_waiting_callers)' }, {
          description: 'To PostgreSQL. Callers that wait for long: the pool, or the database, is too small.',
          steps: rising(16, 32),
        }),
        lines('Disk and database', { free: 'min(patchbay_disk_free_bytes)', database: 'max(patchbay_database_size_bytes)' }, {
          description: 'How fast one eats the other',
          unit: 'bytes',
        }),
      ],
    },
    {
      title: 'The stages',
      panels: [
        lines('Rows', { '{{stage}}': perSecond('patchbay_stage_rows_total', 'stage') }, {
          description: 'Rows worked on, by stage',
          unit: 'ops',
        }),
        lines('Duration of batches, 95 %', { '{{stage}}': percentile(0.95, 'patchbay_stage_seconds', 'stage') }, {
          description: 'One batch, begin to commit',
          unit: 's',
          steps: rising(1, 5),
        }),
        lines('Failed batches', { '{{stage}}': orNone(perSecond('patchbay_stage_errors_total', 'stage')) }, {
          description: 'Rolled back; the bad row becomes a dead letter by itself',
          unit: 'ops',
          steps: rising(0.01, 0.1),
        }),
        lines('Wait for a turn, 99 %', { '{{stage}}': percentile(0.99, 'patchbay_wake_lag_seconds', 'stage') }, {
          description: 'From the wake-up of a shard to its drain',
          unit: 's',
          steps: rising(1, 4),
        }),
        lines('Receiving, 99 %', { answer: percentile(0.99, 'patchbay_receive_seconds') }, {
          description: 'From the first byte of a request to its answer, on disk',
          unit: 's',
          steps: rising(0.25, 1),
        }),
        lines('Requests a commit', { average: 'sum(rate(patchbay_append_batch_requests_sum[$__rate_interval])) / sum(rate(patchbay_append_batch_requests_count[$__rate_interval]))' }, {
          description: 'More than one: requests share the wait for the disk',
        }),
        lines('SQL statements', { statements: 'sum(rate(patchbay_statements_total[$__rate_interval]))' }, {
          description: 'Of the hub’s pools, begin and commit included',
          unit: 'ops',
        }),
        lines('Statements an event', { '': 'sum(rate(patchbay_statements_total[30m])) / clamp_min(sum(rate(patchbay_events_received_total[30m])), 0.01)' }, {
          description: 'Falls with load, since batches get fuller; about 0.4 on a busy hub',
        }),
      ],
    },
  ],
}
