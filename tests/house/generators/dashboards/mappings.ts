import type { Dashboard } from './dashboard.ts'
import { bars, lines, rising, rows } from './panel.ts'
import { orNone, percentile, perSecond } from './query.ts'

export const MAPPINGS: Dashboard = {
  uid: 'patchbay-mappings',
  title: 'Mappings',
  description: 'After a publication: do they still map, and how long do they take?',
  choosesSystem: false,
  rows: [
    {
      title: 'Do they map?',
      panels: [
        lines(
          'Failures',
          { '{{mapping}} {{reason}}': orNone('sum by (mapping, reason) (increase(patchbay_mapping_failures_total[10m]))') },
          { description: 'Events and deliveries that a mapping made dead, in ten minutes', steps: rising(1, 5) },
        ),
        bars('Failures of the last ten minutes', { '{{mapping}}': orNone('system_mapping:patchbay_mapping_failures:rise10m') }, {
          description: 'As the alert MappingFailing counts them: those of a process that has just begun to count included',
          steps: rising(1, 5),
        }),
        rows('In force since', { '{{mapping}}': 'max by (mapping) (patchbay_mapping_published_timestamp_seconds) * 1000' }, {
          description: 'When the revision in force was published',
          unit: 'dateTimeFromNow',
        }),
      ],
    },
    {
      title: 'How long do they take?',
      panels: [
        lines('Runs', { '{{mapping}}': perSecond('patchbay_mapping_seconds_count', 'mapping') }, {
          description: 'An outbound mapping runs more than once for a delivery, to compare what was there before',
          unit: 'ops',
        }),
        lines('Mapping time, 95 %', { '{{mapping}}': percentile(0.95, 'patchbay_mapping_seconds', 'mapping') }, {
          description: 'One run. Beyond 50 ms (limits.mappingTime) a mapping is stopped.',
          unit: 's',
          steps: rising(0.005, 0.05),
        }),
        lines('Share of a core', { '{{mapping}}': perSecond('patchbay_mapping_seconds_sum', 'mapping') }, {
          description: 'How much of one core each mapping takes',
          unit: 'percentunit',
          steps: rising(0.2, 0.5),
        }),
      ],
    },
  ],
}
