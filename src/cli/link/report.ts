import type { ReplyOf } from '#console/handler.ts'
import type { Output } from '../output/output.ts'
import { shortTime } from '../output/output.ts'

type LinkObject = ReplyOf<'getLink'>['items'][number]
type LinkPlan = NonNullable<LinkObject['plan']>

/** How far each member of the load groups is. */
export function writeProgress(out: Output, items: readonly LinkObject[]): void {
  out.table(
    [
      { title: 'OBJECT' },
      { title: 'GROUP' },
      { title: 'STATE' },
      { title: 'LOADED', align: 'right' },
      { title: 'PER MINUTE', align: 'right' },
      { title: 'SINCE' },
      { title: 'NOTE', max: 60 },
    ],
    items.map(item => [
      `${item.system}/${item.object}`,
      item.loadGroup,
      item.state,
      item.loaded,
      item.perMinute,
      shortTime(item.startedAt),
      noteOf(item),
    ]),
  )
}

function noteOf(item: LinkObject): string | undefined {
  if (item.state === 'live')
    return item.linkedBy === null ? undefined : `linked ${shortTime(item.linkedAt)} by ${item.linkedBy}`
  if (item.systemState !== 'active') return `the system is ${item.systemState}`
  if (item.error !== null) return `${item.error}; tried again ${shortTime(item.nextTryAt)}`
  if (item.state === 'loading' && item.endedAt !== null) return 'loaded; waits for its group, or to be resolved'
  return undefined
}

/** What making an object live would do. */
export function writePlan(out: Output, { system, object, plan }: LinkObject): void {
  if (plan === null) return
  out.line(
    `\n${out.style('bold', `${system}/${object}`)}: ${plan.remoteRecords} remote records, ${plan.matched} of customers that other systems know`,
  )
  out.table([{ title: 'WHAT' }, { title: 'COUNT', align: 'right' }, { title: 'MEANING' }], rows(plan))
  writeSamples(out, plan)
}

function rows(plan: LinkPlan): (readonly [string, number, string])[] {
  const all: (readonly [string, number, string])[] = [
    ['in sync', plan.inSync, 'matched, and nothing is written'],
    ['change', plan.change, membersOf(plan)],
    ['create', plan.create, 'not there yet, as far as is known; each is looked for once more'],
    ['remove', plan.remove, 'their route or source says so'],
    ['ambiguous', plan.openReviews, 'pairs of customers that may be one; a person decides'],
    ['duplicates', plan.duplicates, 'customers with several remote records here; one of them is written'],
    ['dead', plan.dead, 'no document could be made: patchbay deliveries list --state dead'],
    ['unreadable', plan.deadEvents, 'loaded, and not understood: patchbay events --state dead'],
    ['undecided', plan.undecided, 'looked at right now; the counts are not final'],
  ]
  return all.filter(([what, count]) => count > 0 || ['in sync', 'change', 'create'].includes(what))
}

function membersOf({ members }: LinkPlan): string {
  const shown = members.slice(0, 6).map(({ member, count }) => `${member} ${count}`)
  return members.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ')
}

function writeSamples(out: Output, { samples }: LinkPlan): void {
  const found = [
    ...samples.change.map(row => ['change', row.goldenId, row.remoteId, changesOf(row)] as const),
    ...samples.create.map(row => ['create', row.goldenId, null, textOf(row.content)] as const),
    ...samples.remove.map(row => ['remove', row.goldenId, row.remoteId, null] as const),
    ...samples.openReviews.map(row => ['ambiguous', row.leftId, null, `or ${row.rightId}`] as const),
    ...samples.duplicates.map(row => ['duplicates', row.goldenId, row.remoteIds.join(', '), null] as const),
  ]
  if (found.length === 0) return
  out.line('\nFor example:')
  out.table(
    [{ title: 'WHAT' }, { title: 'GOLDEN RECORD' }, { title: 'REMOTE ID', max: 40 }, { title: 'CONTENT', max: 100 }],
    found,
  )
}

/** `name: Ana -> Anna`; members alone where nothing would be changed any more. */
function changesOf({ members, content, vendorForm }: LinkPlan['samples']['change'][number]): string {
  if (content === null) return members.join(', ')
  return Object.entries(content)
    .map(([name, value]) => `${name}: ${shown(vendorForm?.[name])} -> ${shown(value)}`)
    .join(', ')
}

function textOf(content: Readonly<Record<string, unknown>> | null): string {
  const members = Object.entries(content ?? {}).filter(([, value]) => value !== null && value !== '')
  return members.map(([name, value]) => `${name}: ${shown(value)}`).join(', ')
}

function shown(value: unknown): string {
  if (value === undefined) return '(not known)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
