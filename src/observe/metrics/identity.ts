import type { Meters } from './meters.ts'

/** Who is who, and what was said twice. */
export const identityMetrics = ({ counter, gauge }: Meters) => ({
  goldenCreated: counter('patchbay_golden_created_total', 'Golden records made', ['entity']),
  links: counter('patchbay_identity_links_total', 'New remote records linked to a golden record that was there', [
    'entity',
  ]),
  reviews: counter('patchbay_reviews_total', 'Pairs put before a person, since evidence conflicts or is weak', [
    'entity',
  ]),
  reviewsOpen: gauge('patchbay_reviews_open', 'Pairs that wait for a person; the same from every process', ['entity']),
  merges: counter('patchbay_golden_merges_total', 'Golden records merged by the hub', ['entity']),
  personMerges: counter('patchbay_person_merges_total', 'Golden records merged by a person'),
  unmerges: counter('patchbay_golden_unmerges_total', 'Golden records taken apart again, by a person'),
  echoes: counter('patchbay_echoes_total', 'Events in which a system repeated what the hub had written', ['system']),
})
