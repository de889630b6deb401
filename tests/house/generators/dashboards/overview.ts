import type { Dashboard } from './dashboard.ts'
import { bars, falling, lines, NONE, number, rising } from './panel.ts'
import { latest, orNone, percentile, perSecond } from './query.ts'

const count = (expr: string): string => orNone(`sum(${expr})`)

export const OVERVIEW: Dashboard = {
  uid: 'patchbay-overview',
  title: 'Overview',
  description: 'Does anything need a person, and does everything flow?',
  choosesSystem: false,
  rows: [
    {
      title: 'Does anything need a person?',
      panels: [
        number('Dead events', count(latest('patchbay_open_rows', 'system', 'kind="event",state="dead"')), {
          description: 'Events that need a person: patchbay events --state dead',
          steps: NONE,
        }),
        number('Dead deliveries', count(latest('patchbay_open_rows', 'system', 'kind="delivery",state="dead"')), {
          description: 'Deliveries that need a person: patchbay deliveries list --state dead',
          steps: NONE,
        }),
        number('Brakes on', count(latest('patchbay_brakes_on', 'system, object')), {
          description: 'Causes that would have changed too many records: patchbay status, patchbay release',
          steps: NONE,
        }),
        number('Disconnected', count(latest('patchbay_system_state', 'system', 'state="disconnected"')), {
          description: 'Systems that refuse our credentials: patchbay systems',
          steps: NONE,
        }),
        number('Circuits open', count(latest('patchbay_breaker_open', 'system')), {
          description: 'Systems that fail, and are only probed. Nothing to do unless it stays so.',
          steps: NONE,
        }),
        number('Frozen members', count(latest('patchbay_flip_flop_deliveries', 'system, object')), {
          description: 'Deliveries of which a member went back and forth: patchbay deliveries list --state frozen',
          steps: NONE,
        }),
        number('Pairs for a person', count(latest('patchbay_reviews_open', 'entity')), {
          description: 'Customers that may be one: patchbay customer reviews',
          steps: rising(100, 1_000),
        }),
        number('Alerts of Prometheus', orNone('count(ALERTS{alertname=~"Patchbay.*",alertstate="firing"})'), {
          description: 'Alerts of the rules beside this dashboard that fire now',
          steps: NONE,
        }),
        number('Alerts of the hub', count(latest('patchbay_alerts_firing', 'name, system')), {
          description: 'Alerts that the hub itself raised and that have not ended',
          steps: NONE,
        }),
        number('Notifiers failing', count(latest('patchbay_notifier_failing', 'channel')), {
          description: 'Channels that take no notices of alerts',
          steps: NONE,
        }),
        number('Database', 'min(patchbay_database_up)', {
          description: '1 while PostgreSQL answers every process',
          steps: falling(1, 1),
        }),
        number('Processes', 'count(up{job="patchbay"} == 1)', {
          description: 'Processes that answer Prometheus',
          steps: falling(1, 1),
        }),
      ],
    },
    {
      title: 'Does it flow?',
      panels: [
        lines('Events received', { '{{system}}': perSecond('patchbay_events_received_total', 'system') }, {
          description: 'Events stored, by the system that they came from. A source that stops is told by SourceSilent.',
          unit: 'ops',
        }),
        lines(
          'Requests that were not accepted',
          { '{{reason}}': orNone(perSecond('patchbay_refused_requests_total', 'reason')) },
          {
            description: 'By reason. A few unknown_system are the noise of the internet; signatures are not.',
            unit: 'reqps',
          },
        ),
        lines('Events settled', { '{{state}}': perSecond('patchbay_events_total', 'state') }, {
          description: 'Processed, ignored (duplicates, echoes, nothing new) or dead',
          unit: 'ops',
        }),
        lines('Deliveries settled', { '{{state}}': perSecond('patchbay_deliveries_total', 'state') }, {
          description: 'Synced is what arrived; retrying and unknown come again; dead needs a person',
          unit: 'ops',
        }),
        lines(
          'From event to every destination',
          {
            median: percentile(0.5, 'patchbay_end_to_end_seconds'),
            '95 %': percentile(0.95, 'patchbay_end_to_end_seconds'),
            '99 %': percentile(0.99, 'patchbay_end_to_end_seconds'),
          },
          {
            description: 'Time from the receipt of an event to its acknowledged delivery. The objective: 99 % within 300 s.',
            unit: 's',
            steps: rising(60, 300),
          },
        ),
        lines('Writes that fail', { '{{system}}': 'system:patchbay_attempts_failed:ratio_rate1h' }, {
          description: 'Share of the calls of the last hour that failed. The objective: below 1 %.',
          unit: 'percentunit',
          steps: rising(0.01, 0.144),
        }),
        lines('How far behind', { '{{stage}}': orNone('max by (stage) (patchbay_oldest_due_seconds)') }, {
          description: 'How long the oldest due row of each stage waits',
          unit: 's',
          steps: rising(60, 600),
        }),
        bars('Open work', { '{{kind}} {{state}}': orNone('sum by (kind, state) (max by (kind, system, state) (patchbay_open_rows))') }, {
          description: 'Rows that are in no final state. Waiting and held ones wait for something or somebody else.',
        }),
        lines(
          'Late arrivals',
          { '{{system}}': orNone('system:patchbay_end_to_end_late:ratio_rate1h') },
          {
            description: 'Share of the changes of the last hour that arrived later than five minutes',
            unit: 'percentunit',
            steps: rising(0.01, 0.144),
          },
        ),
        lines('Notices of alerts', { '{{channel}} {{result}}': orNone(perSecond('patchbay_alert_notices_total', 'channel, result')) }, {
          description: 'Notices of the hub’s own alerts that were sent, or failed',
          unit: 'ops',
        }),
      ],
    },
  ],
}
