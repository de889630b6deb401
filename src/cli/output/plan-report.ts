import { setTimeout as wait } from 'node:timers/promises'
import type { ReplyOf } from '#console/handler.ts'
import type { Output } from './output.ts'

/** What plans of mappings and of the policy tell alike. */
type Plan = Pick<
  ReplyOf<'getPolicyPlan'>,
  | 'state'
  | 'total'
  | 'message'
  | 'records'
  | 'changed'
  | 'fields'
  | 'destinations'
  | 'samples'
  | 'startedAt'
  | 'endedAt'
>

const LOOK_EVERY_MS = 200
const SAMPLES_SHOWN = 5

/** Shows how far a plan is until it has ended; Ctrl-C cancels it. */
export async function followPlan<Of extends Plan>(
  out: Output,
  started: Of,
  calls: { read: () => Promise<Of>; cancel: () => Promise<unknown> },
): Promise<Of> {
  let plan = started
  const cancel = (): void => void calls.cancel().catch(() => undefined)
  process.once('SIGINT', cancel)
  while (plan.state === 'running') {
    out.progress(`${plan.records} of ${plan.total} records, ${plan.changed} would change`)
    await wait(LOOK_EVERY_MS)
    plan = await calls.read()
  }
  process.off('SIGINT', cancel)
  out.progress('')
  return plan
}

/** How many records would change, by field and by destination. */
export function writeCounts(out: Output, name: string, plan: Plan): void {
  const took =
    plan.endedAt === null ? '' : ` in ${((Date.parse(plan.endedAt) - Date.parse(plan.startedAt)) / 1000).toFixed(1)} s`
  out.line(`${name}: ${plan.records} records${took}, ${plan.changed} would change.`)
  if (plan.state !== 'done') out.line(out.style('bad', `The plan was not finished: ${plan.message ?? plan.state}.`))
  const fields = Object.entries(plan.fields).sort(([, a], [, b]) => total(b) - total(a))
  if (fields.length > 0)
    out.table(
      [
        { title: 'FIELD' },
        { title: 'CHANGED', align: 'right' },
        { title: 'ADDED', align: 'right' },
        { title: 'REMOVED', align: 'right' },
      ],
      fields.map(([field, { changed, added, removed }]) => [field, changed, added, removed]),
    )
  for (const [place, records] of Object.entries(plan.destinations)) out.line(`${place}: ${records} records`)
}

export function writeSamples(out: Output, { samples }: Pick<Plan, 'samples'>): void {
  for (const { id, before, after } of samples.slice(0, SAMPLES_SHOWN))
    out.line(
      `  ${id}\n${out.style('bad', `    - ${JSON.stringify(before)}`)}\n${out.style('good', `    + ${JSON.stringify(after)}`)}`,
    )
}

const total = ({ changed, added, removed }: Plan['fields'][string]): number => changed + added + removed
