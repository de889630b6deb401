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
    file: 'src/rules/element-survivorship.ts',
    find: `    const winner = mostRecent(statements, skewToleranceMs)`,
    replace: `    const winner = mostRecent(statements.some(one => one.element !== undefined) ? statements.filter(one => one.element !== undefined) : statements, skewToleranceMs)`,
    breaks: 'A tag that was taken away stays.',
    seeds: [7],
  },
  {
    name: 'skew-tolerance-ignored',
    file: 'src/rules/recency.ts',
    find: `    if (candidate.t < newest - skewToleranceMs) continue`,
    replace: `    if (candidate.t < newest) continue`,
    breaks: 'Of two statements of about the same time the later wins, whatever the priority.',
    seeds: [1],
  },
]
