import type { Mutant } from './mutant.ts'

/** Identity, survivorship, golden records. */
export const CUSTOMERS: readonly Mutant[] = [
  {
    name: 'delete-withdraws-nothing',
    file: 'src/resolve/golden.ts',
    find: `  const live = sources.filter(source => !source.tombstone)`,
    replace: `  const live = sources`,
    breaks: 'What a deleted record said goes on to count.',
    seeds: [1],
  },
  {
    name: 'union-never-shrinks',
    file: 'src/rules/survivorship/element-survivorship.ts',
    find: `    const winner = mostRecent(statements, skewToleranceMs)`,
    replace: `    const winner = mostRecent(statements.some(one => one.element !== undefined) ? statements.filter(one => one.element !== undefined) : statements, skewToleranceMs)`,
    breaks: 'A tag that was taken away stays.',
    seeds: [36, 7],
  },
  {
    name: 'skew-tolerance-ignored',
    file: 'src/rules/survivorship/recency.ts',
    find: `    if (candidate.t < newest - skewToleranceMs) continue`,
    replace: `    if (candidate.t < newest) continue`,
    breaks: 'Of two statements of about the same time the later wins, whatever the priority.',
    seeds: [1],
  },
  {
    name: 'opt-in-by-default',
    file: 'src/rules/survivorship/consent.ts',
    find: `      return consent.origin === 'default' ? 'weak' : 'explicit'
`,
    replace: `      return 'weak'
`,
    breaks: 'A refusal gives way to any grant.',
    seeds: [11, 3],
  },
  {
    name: 'several-primaries',
    file: 'src/store/customers/primary.ts',
    find: `= 1 as first`,
    replace: `>= 1 as first`,
    breaks: 'After a merge several remote records of one system are written.',
    seeds: [1, 13],
  },
  {
    name: 'unmerge-forgets',
    file: 'src/resolve/acts/unmerge.ts',
    find: `r.golden_id = \${plan.fromId}`,
    replace: `r.golden_id = \${loserId}`,
    breaks: 'What a person takes apart gets none of its remote records back.',
    seeds: [11, 6],
  },
  {
    name: 'no-lock-on-keys',
    file: 'src/resolve/rows.ts',
    find: `  if (keys.length === 0) return
  await sql`,
    replace: `  if (keys.length > 0) return
  await sql`,
    breaks: 'Two batches that meet a new customer at the same time make it twice.',
    seeds: [3, 7, 16, 8, 2, 4, 6, 10],
    database: 'real',
  },
]
