import type { Meters } from './meters.ts'

/** What golden records say of the business; the same from every process that has a console. */
export const businessMetrics = ({ gauge }: Meters) => ({
  goldenRecords: gauge('patchbay_golden_records', 'Golden records in force', ['entity']),
  leads: gauge('patchbay_leads', 'Persons of the last 30 days by where they came from and how far work on them is', [
    'source',
    'stage',
  ]),
  ticketsOpen: gauge('patchbay_tickets_open', 'Tickets that are not solved, by the time since they were opened', [
    'age',
  ]),
  firstResponse: gauge(
    'patchbay_ticket_first_response_seconds',
    'Time to the first response of the tickets answered in the last 7 days: the median and the 90th percentile',
    ['channel', 'percentile'],
  ),
  satisfaction: gauge('patchbay_ticket_ratings', 'Ratings of the last 30 days: good, neutral or bad', [
    'channel',
    'rating',
  ]),
  businessRows: gauge('patchbay_business_rows_read', 'Golden records that the figures of the business come from', [
    'entity',
  ]),
})
