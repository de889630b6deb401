import type { Mutant } from './mutant.ts'

/** What a report of a system is taken for. */
export const STATEMENTS: readonly Mutant[] = [
  {
    name: 'no-shadow',
    file: 'src/rules/statement/echo.ts',
    find: `  if (shadow === undefined) return 'statement'
`,
    replace: `  if (shadow === undefined || slot === undefined || slot !== undefined) return 'statement'
`,
    breaks: 'Every echo is a statement of the system.',
    seeds: [1],
  },
  {
    name: 'echo-by-value-and-age',
    file: 'src/rules/statement/write-seen.ts',
    find: `  if (order === 'before' || ours !== undefined || !saidSince(slot, last.at) || isOverwritten(slot, last.told))
    return last.at ?? 0
`,
    replace: `  return Date.now() - (last.at ?? 0) < 60_000 ? (last.at ?? 0) : undefined
`,
    breaks: 'An echo is whatever equals our last write for a minute, and nothing after it.',
    seeds: [1],
  },
  {
    name: 'in-flight-not-considered',
    file: 'src/rules/statement/write-seen.ts',
    find: `[flying?.at, lastSeen(`,
    replace: `[lastSeen(`,
    breaks: 'An echo that beats the reply is a statement.',
    seeds: [1],
  },
  {
    name: 'wrong-order-guard',
    file: 'src/rules/statement/source-field.ts',
    find: `  return order === undefined || order === 0 ? context.atMs < seenAtMs(seen) : order < 0`,
    replace: `  return order === undefined ? false : order > 9 && context.atMs < seenAtMs(seen)`,
    breaks: 'What arrives last is the newest.',
    seeds: [9],
  },
  {
    name: 'missed-edit-lost',
    file: 'src/rules/statement/echo.ts',
    find: `  if (report.isOlder) return isMissed(slot, report, shadow, same) ? 'missed' : 'older'`,
    replace: `  if (report.isOlder) return 'older'`,
    breaks: 'An edit that we wrote over before its report came is lost.',
    seeds: [6],
  },
]
