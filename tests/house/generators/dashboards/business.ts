import type { Dashboard } from './dashboard.ts'
import { bars, falling, lines, number, rising } from './panel.ts'
import { orNone } from './query.ts'

const LEADS = 'max by (source, stage) (patchbay_leads)'
const RATINGS = 'max by (channel, rating) (patchbay_ticket_ratings)'

export const BUSINESS: Dashboard = {
  uid: 'patchbay-business',
  title: 'Business',
  description: 'Lead quality by channel, response times, service quality: from golden records, read the more rarely, the longer it takes',
  choosesSystem: false,
  rows: [
    {
      title: 'Leads of the last 30 days',
      panels: [
        bars('Leads by source', { '{{source}}': orNone(`sum by (source) (${LEADS})`) }, {
          description: 'Where they came from (leadSource); the 20 most frequent, the rest is other',
        }),
        bars('Leads by stage', { '{{stage}}': orNone(`sum by (stage) (${LEADS})`) }, {
          description: 'How far work on them has come (leadStatus, else lifecycleStage, else role)',
        }),
        bars(
          'Quality by source',
          {
            '{{source}}': orNone(
              `sum by (source) (max by (source, stage) (patchbay_leads{stage=~"qualified|converted|marketingQualified|salesQualified|opportunity|customer"})) / sum by (source) (${LEADS})`,
            ),
          },
          {
            description: 'Share of the leads of a source that are qualified or further',
            unit: 'percentunit',
            steps: falling(0.05, 0.2),
          },
        ),
        lines('Leads over time', { '{{source}}': orNone(`sum by (source) (${LEADS})`) }, {
          description: 'The same figure as it changes: the window of 30 days moves along',
        }),
      ],
    },
    {
      title: 'Service',
      panels: [
        lines(
          'Time to first response',
          { '{{channel}} {{percentile}} %': orNone('max by (channel, percentile) (patchbay_ticket_first_response_seconds)') },
          {
            description: 'Of tickets answered in the last 7 days: the median and the 90th percentile',
            unit: 's',
            steps: rising(4 * 3_600, 24 * 3_600),
          },
        ),
        bars('Open tickets by age', { '{{age}}': 'max by (age) (patchbay_tickets_open)' }, {
          description: 'Not solved or closed, by the time since they were opened',
        }),
        bars('Ratings of 30 days', { '{{channel}} {{rating}}': orNone(RATINGS) }, {
          description: 'What customers said about the help',
        }),
        number(
          'Satisfied',
          orNone(`sum(max by (channel, rating) (patchbay_ticket_ratings{rating="good"})) / sum(${RATINGS})`),
          { description: 'Good ones of all ratings', unit: 'percentunit', steps: falling(0.7, 0.85), width: 6 },
        ),
        number('Records behind it', 'sum(max by (entity) (patchbay_business_rows_read))', {
          description: 'Golden records that these figures come from: at most 50,000 persons and 50,000 tickets, the newest',
          width: 6,
        }),
      ],
    },
  ],
}
