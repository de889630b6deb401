import type { Dashboard } from './dashboard.ts'
import { bars, falling, lines, rising, rows } from './panel.ts'
import { latest, orNone, percentile, perSecond, SYSTEM } from './query.ts'

const DAY_S = 86_400

export const ONE_SYSTEM: Dashboard = {
  uid: 'patchbay-system',
  title: 'One system',
  description: 'Everything that is known of one system, or of several beside each other',
  choosesSystem: true,
  rows: [
    {
      title: 'What it is',
      panels: [
        rows('State', { state: `max by (system, state) (patchbay_system_state{${SYSTEM}}) == 1` }, {
          description: 'Active, paused by a person, or disconnected since it refused our credentials',
          unit: 'bool',
          width: 8,
        }),
        rows('Owner', { team: latest('patchbay_system_info', 'system, team', SYSTEM) }, {
          description: 'The team that owns it, and hears of its alerts',
          unit: 'bool',
          width: 8,
        }),
        bars('Circuit breaker', { '{{system}}': latest('patchbay_breaker_open', 'system', SYSTEM) }, {
          description: '1 while it fails and is only probed',
          unit: 'bool',
          steps: rising(1, 1),
          width: 8,
        }),
      ],
    },
    {
      title: 'What it tells',
      panels: [
        lines('Requests', { '{{system}} {{result}}': perSecond('patchbay_requests_total', 'system, result', SYSTEM) }, {
          description: 'By HTTP status: 202 taken, 401 not verified, 413 too large, 503 could not be stored',
          unit: 'reqps',
        }),
        lines(
          'Not accepted',
          { '{{system}} {{reason}}': orNone(perSecond('patchbay_refused_requests_total', 'system, reason', SYSTEM)) },
          { description: 'By reason; kept for a day, to be verified again', unit: 'reqps' },
        ),
        lines(
          'Events by how they came',
          { '{{system}} {{origin}}': perSecond('patchbay_events_received_total', 'system, origin', SYSTEM) },
          { description: 'Webhook, poll, load (first link), import', unit: 'ops' },
        ),
        lines('Duplicates', { '{{system}}': orNone(perSecond('patchbay_events_duplicate_total', 'system', SYSTEM)) }, {
          description: 'Events that had come before. Many of them: the sender does not like our answers, or their time.',
          unit: 'ops',
        }),
        lines(
          'What became of its events',
          { '{{system}} {{state}} {{reason}}': perSecond('patchbay_events_total', 'system, state, reason', SYSTEM) },
          { description: 'With the reason of those that were ignored or are dead', unit: 'ops' },
        ),
        lines('Echoes', { '{{system}}': orNone(perSecond('patchbay_echoes_total', 'system', SYSTEM)) }, {
          description: 'Events in which it repeated what the hub had written; they go no further',
          unit: 'ops',
        }),
        bars('Last event', { '{{system}}': `time() - max by (system) (patchbay_last_event_timestamp_seconds{${SYSTEM}})` }, {
          description: 'How long ago it last told of something, by webhook or poll',
          unit: 's',
          steps: rising(3_600, DAY_S),
        }),
        bars(
          'Last pull',
          { '{{system}} {{object}}': orNone(`time() - max by (system, object) (patchbay_last_pull_timestamp_seconds{${SYSTEM}})`) },
          { description: 'How long ago its changes were last pulled with success', unit: 's', steps: rising(3_600, DAY_S) },
        ),
      ],
    },
    {
      title: 'What it is told',
      panels: [
        lines(
          'Calls',
          { '{{system}} {{operation}} {{outcome}}': perSecond('patchbay_attempts_total', 'system, operation, outcome', SYSTEM) },
          { description: 'By operation and how they ended', unit: 'reqps' },
        ),
        lines('Duration of calls', { '{{system}} 95 %': percentile(0.95, 'patchbay_attempt_seconds', 'system', SYSTEM) }, {
          description: 'The 95th percentile. Near the time-out, writes become unknown.',
          unit: 's',
          steps: rising(5, 15),
        }),
        lines('Deliveries settled', { '{{system}} {{state}}': perSecond('patchbay_deliveries_total', 'system, state', SYSTEM) }, {
          description: 'By what came of them, those without a call included',
          unit: 'ops',
        }),
        lines(
          'From event to delivery',
          {
            '{{system}} median': percentile(0.5, 'patchbay_end_to_end_seconds', 'system', SYSTEM),
            '{{system}} 99 %': percentile(0.99, 'patchbay_end_to_end_seconds', 'system', SYSTEM),
          },
          { description: 'How fresh it is; the objective: 99 % within 300 s', unit: 's', steps: rising(60, 300) },
        ),
        lines('From plan to delivery', { '{{system}} 95 %': percentile(0.95, 'patchbay_delivery_seconds', 'system', SYSTEM) }, {
          description: 'The part of it that its own calls and limits make',
          unit: 's',
          steps: rising(60, 300),
        }),
        lines('How far behind', { '{{system}} {{stage}}': orNone(latest('patchbay_oldest_due_seconds', 'system, stage', SYSTEM)) }, {
          description: 'How long its oldest due row waits, by stage',
          unit: 's',
          steps: rising(60, 600),
        }),
        bars('Open work', { '{{system}} {{kind}} {{state}}': orNone(latest('patchbay_open_rows', 'system, kind, state', SYSTEM)) }, {
          description: 'Rows that are in no final state, or dead',
        }),
        bars(
          'Quota used',
          { '{{system}}': orNone(`max by (system) (patchbay_quota_used_calls{${SYSTEM}} / (patchbay_quota_used_calls{${SYSTEM}} + patchbay_quota_left_calls{${SYSTEM}}))`) },
          {
            description: 'Of the calls that it may get today (limits.perDay); nothing for systems without such a limit',
            unit: 'percentunit',
            steps: rising(0.7, 0.9),
          },
        ),
      ],
    },
    {
      title: 'What may become trouble',
      panels: [
        lines(
          'Drift',
          {
            '{{system}} {{object}} found': orNone(`sum by (system, object) (increase(patchbay_drift_found_total{${SYSTEM}}[1h]))`),
            '{{system}} {{object}} repaired': orNone(`sum by (system, object) (increase(patchbay_drift_repaired_total{${SYSTEM}}[1h]))`),
          },
          { description: 'Values found there in an hour that lost, and records written over', steps: rising(10, 20) },
        ),
        bars(
          'Brakes and frozen members',
          {
            '{{system}} {{object}} brakes': orNone(latest('patchbay_brakes_on', 'system, object', SYSTEM)),
            '{{system}} {{object}} frozen': orNone(latest('patchbay_flip_flop_deliveries', 'system, object', SYSTEM)),
          },
          { description: 'What waits for a person', steps: rising(1, 1) },
        ),
        bars(
          'Credentials end in',
          { '{{system}} {{credential}}': orNone(`min by (system, credential) (patchbay_credential_expiry_timestamp_seconds{${SYSTEM}}) - time()`) },
          {
            description: 'Of those with a known end (credentialsExpire)',
            unit: 's',
            steps: falling(3 * DAY_S, 14 * DAY_S),
          },
        ),
        bars(
          'Certificates end in',
          { '{{system}} {{host}}': orNone(`min by (system, host) (patchbay_certificate_expiry_timestamp_seconds{${SYSTEM}}) - time()`) },
          { description: 'Of the hosts that it is called at, over TLS', unit: 's', steps: falling(3 * DAY_S, 14 * DAY_S) },
        ),
      ],
    },
  ],
}
