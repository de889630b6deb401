import type { Dashboard } from './dashboard.ts'
import { bars, lines, number, rising } from './panel.ts'
import { orNone, perSecond } from './query.ts'

export const IDENTITY: Dashboard = {
  uid: 'patchbay-identity',
  title: 'Identity and quality',
  description: 'Who is who, and how good the data is',
  choosesSystem: false,
  rows: [
    {
      title: 'Who is who',
      panels: [
        lines('Golden records made', { '{{entity}}': orNone(perSecond('patchbay_golden_created_total', 'entity')) }, {
          description: 'A sudden rise after a changed mapping: keys are missing, and customers are made twice',
          unit: 'ops',
        }),
        lines('Linked', { '{{entity}}': orNone(perSecond('patchbay_identity_links_total', 'entity')) }, {
          description: 'New remote records that were found to be of a known customer',
          unit: 'ops',
        }),
        lines(
          'Merged and taken apart',
          {
            'merged {{entity}}': orNone('sum by (entity) (increase(patchbay_golden_merges_total[1h]))'),
            'merged by a person': 'sum(increase(patchbay_person_merges_total[1h]))',
            'taken apart': 'sum(increase(patchbay_golden_unmerges_total[1h]))',
          },
          { description: 'In an hour. Many merges at once: a key that many share, such as the number of a switchboard.', steps: rising(50, 500) },
        ),
        lines('Put before a person', { '{{entity}}': orNone('sum by (entity) (increase(patchbay_reviews_total[1h]))') }, {
          description: 'Pairs of an hour whose evidence conflicts or is weak',
          steps: rising(20, 200),
        }),
        bars('Pairs that wait', { '{{entity}}': orNone('max by (entity) (patchbay_reviews_open)') }, {
          description: 'patchbay customer reviews',
          steps: rising(100, 1_000),
        }),
        bars('Golden records', { '{{entity}}': 'max by (entity) (patchbay_golden_records)' }, {
          description: 'In force, by entity; counted the more rarely, the longer it takes',
        }),
      ],
    },
    {
      title: 'How good the data is',
      panels: [
        lines('Ignored events', { '{{reason}}': orNone('sum by (reason) (rate(patchbay_events_total{state="ignored"}[$__rate_interval]))') }, {
          description: 'By reason: no_mapping and unknown_type are news that nobody takes',
          unit: 'ops',
        }),
        lines('Dead events', { '{{reason}}': orNone('sum by (reason) (increase(patchbay_events_total{state="dead"}[1h]))') }, {
          description: 'Of an hour, by reason',
          steps: rising(1, 10),
        }),
        lines('Echoes', { '{{system}}': orNone(perSecond('patchbay_echoes_total', 'system')) }, {
          description: 'What came back from systems and went no further',
          unit: 'ops',
        }),
        lines(
          'Drift',
          {
            'found {{system}}': orNone('sum by (system) (increase(patchbay_drift_found_total[1h]))'),
            'repaired {{system}}': orNone('sum by (system) (increase(patchbay_drift_repaired_total[1h]))'),
          },
          { description: 'Edits of an hour that do not count, and records written over', steps: rising(10, 20) },
        ),
        number('Flip-flops, a day', orNone('sum(increase(patchbay_flip_flops_total[1d]))'), {
          description: 'Members of documents frozen since two sides wrote against one another',
          steps: rising(1, 5),
        }),
        number('Brakes, a day', orNone('sum(increase(patchbay_brake_trips_total[1d]))'), {
          description: 'Brakes put on',
          steps: rising(1, 3),
        }),
      ],
    },
  ],
}
