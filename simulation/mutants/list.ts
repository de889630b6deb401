import type { Mutant } from './mutant.ts'

/** Ways to be wrong that the simulation must see. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'ack-before-commit',
    file: 'src/gateway/append.ts',
    find: `      await appendUnits(database, units)
`,
    replace: `      for (const waiting of batch) waiting.resolve()
      await appendUnits(database, units)
`,
    breaks: 'A sender is told that its request is stored before it is.',
    seeds: [],
  },
  {
    name: 'dedupe-off',
    file: 'src/gateway/event-row.ts',
    find: `    const key = uuidOfHash([context.system, 'id', incoming.vendorEventId])`,
    replace: `    const key = uuidOfHash([context.system, 'id', incoming.vendorEventId, context.id])`,
    breaks: 'An event that is sent twice is processed twice.',
    seeds: [],
  },
  {
    name: 'no-shadow',
    file: 'src/rules/echo.ts',
    find: `  if (shadow === undefined) return 'statement'
`,
    replace: `  if (shadow === undefined || slot === undefined || slot !== undefined) return 'statement'
`,
    breaks: 'Every echo is a statement of the system.',
    seeds: [],
  },
  {
    name: 'echo-by-value-and-age',
    file: 'src/rules/echo.ts',
    find: `  if (equalsSent && (isQuiet || order === 'before' || ours !== undefined)) return sentFromMs ?? 0
`,
    replace: `  if (equalsSent) return Date.now() - (sentFromMs ?? 0) < 60_000 ? (sentFromMs ?? 0) : undefined
`,
    breaks: 'An echo is whatever equals our last write for a minute, and nothing after it.',
    seeds: [],
  },
  {
    name: 'in-flight-not-considered',
    file: 'src/rules/echo.ts',
    find: `  if (inFlight.some(value => same(value, v))) return inFlightFromMs ?? 0
`,
    replace: '',
    breaks: 'An echo that beats the reply is a statement.',
    seeds: [],
  },
  {
    name: 'wrong-order-guard',
    file: 'src/rules/source-field.ts',
    find: `  return order === undefined || order === 0 ? context.atMs < seenAtMs(seen) : order < 0`,
    replace: `  return order === undefined ? false : order > 9 && context.atMs < seenAtMs(seen)`,
    breaks: 'What arrives last is the newest.',
    seeds: [],
  },
  {
    name: 'missed-edit-lost',
    file: 'src/rules/echo.ts',
    find: `  if (report.isOlder) return isMissed(slot, report, shadow, same) ? 'missed' : 'older'`,
    replace: `  if (report.isOlder) return 'older'`,
    breaks: 'An edit that we wrote over before its report came is lost.',
    seeds: [],
  },
  {
    name: 'create-without-a-look',
    file: 'src/deliver/decide.ts',
    find: `    look: change.kind === 'create' && context.looks,`,
    replace: `    look: false,`,
    breaks: 'A create whose fate is unknown is made again blindly.',
    seeds: [],
  },
  {
    name: 'lease-ignored',
    file: 'src/deliver/claim.ts',
    find: ` and (lease_until is null or lease_until < now())`,
    replace: ``,
    breaks: 'A delivery that is being sent is sent once more.',
    seeds: [],
  },
  {
    name: 'newest-content-dropped',
    file: 'src/deliver/commit.ts',
    find: `(extract(epoch from d.planned_at) * 1000000)::bigint <> t."plannedAt"`,
    replace: `false`,
    breaks: 'What was planned while a call was under way is forgotten when it settles.',
    seeds: [],
  },
  {
    name: 're-create-after-delete',
    file: 'src/deliver/decide.ts',
    find: `  if (delivery.remote?.tombstone === true)
`,
    replace: `  if (delivery.remote?.tombstone === true) delivery = { ...delivery, remote: undefined }
  if (delivery.remote?.tombstone === true)
`,
    breaks: 'What people deleted in a system is created there again.',
    seeds: [],
  },
  {
    name: 'delete-withdraws-nothing',
    file: 'src/resolve/golden.ts',
    find: `  const live = sources.filter(source => !source.tombstone)`,
    replace: `  const live = sources`,
    breaks: 'What a deleted record said goes on to count.',
    seeds: [],
  },
  {
    name: 'union-never-shrinks',
    file: 'src/rules/element-survivorship.ts',
    find: `    const winner = mostRecent(statements, skewToleranceMs)`,
    replace: `    const winner = mostRecent(statements.some(one => one.element !== undefined) ? statements.filter(one => one.element !== undefined) : statements, skewToleranceMs)`,
    breaks: 'A tag that was taken away stays.',
    seeds: [],
  },
  {
    name: 'opt-in-by-default',
    file: 'src/rules/consent.ts',
    find: `      return consent.origin === 'default' ? 'weak' : 'explicit'
`,
    replace: `      return 'weak'
`,
    breaks: 'A refusal gives way to any grant.',
    seeds: [],
  },
  {
    name: 'skew-tolerance-ignored',
    file: 'src/rules/recency.ts',
    find: `    if (candidate.t < newest - skewToleranceMs) continue`,
    replace: `    if (candidate.t < newest) continue`,
    breaks: 'Of two statements of about the same time the later wins, whatever the priority.',
    seeds: [],
  },
  {
    name: 'lost-edits-stay',
    file: 'src/deliver/decide.ts',
    find: `    lost: route?.losingEdits === 'keepLocal' ? undefined : documentFrom(edits.lost),`,
    replace: `    lost: undefined,`,
    breaks: 'An edit that lost is never written back.',
    seeds: [],
  },
  {
    name: 'no-sweep',
    file: 'src/queue/stage-work.ts',
    find: `      for (const shard of await due()) drains.request(shard)`,
    replace: `      await due()`,
    breaks: 'A wake-up that was lost is never made good.',
    seeds: [],
  },
  {
    name: 'position-before-its-records',
    file: 'src/deliver/poll.ts',
    find: `      await parts.append(row.system, events, traceId)
`,
    replace: `      await savePosition(parts, row, pulled.cursor)
      await parts.append(row.system, events, traceId)
`,
    breaks: 'A crash between a poll and its events loses them.',
    seeds: [],
  },
  {
    name: 'several-primaries',
    file: 'src/store/primary.ts',
    find: `= 1 as first`,
    replace: `>= 1 as first`,
    breaks: 'After a merge several remote records of one system are written.',
    seeds: [],
  },
]
