import { setTimeout as sleep } from 'node:timers/promises'
import type { ReplyOf } from '#console/handler.ts'
import type { RunningHub } from './hub.ts'
import { waitForCalm } from './play.ts'
import type { Progress } from './progress.ts'
import type { Vendor } from './vendors/vendor.ts'

type LinkObject = ReplyOf<'getLink'>['items'][number]

export interface FirstLinkOptions {
  running: Pick<RunningHub, 'hub' | 'client'>
  vendors: readonly Vendor[]
  progress: Progress
  stopped: AbortSignal
  withinMs: number
}

const LOOK_MS = 250

/**
 * First link as an operator does it with `patchbay link`: load what every system of the group holds, look at what would
 * be done, apply. False when it did not come to an end in time.
 */
export async function performFirstLink({
  running: { hub, client },
  vendors,
  progress,
  stopped,
  withinMs,
}: FirstLinkOptions): Promise<boolean> {
  const startMs = Date.now()
  const systems = vendors.map(({ name }) => name)
  const readGroup = async (): Promise<readonly LinkObject[]> =>
    (await client.get('getLink', `/systems/${systems[0]}/link`)).items
  progress.say(`\n$ patchbay link ${systems[0]} --watch`)
  await client.post('startLink', `/systems/${systems[0]}/link/start`)
  for (;;) {
    const items = await readGroup()
    const isLoaded = items.every(({ state }) => state === 'review' || state === 'live')
    progress.draw(loadingLines(items), loadingLine(items))
    if (isLoaded) break
    if (stopped.aborted || Date.now() - startMs > withinMs) return false
    await sleep(LOOK_MS, undefined, { signal: stopped }).catch(() => undefined)
  }
  const readPlans = async (): Promise<LinkObject[]> => {
    const reports = await Promise.all(systems.map(system => client.get('getLink', `/systems/${system}/link`)))
    return reports.flatMap(({ items }, i) => items.filter(item => item.system === systems[i] && item.plan !== null))
  }
  let reviewed = await readPlans()
  while (reviewed.some(({ plan }) => plan !== null && plan.undecided > 0) || (await hub.pending()).events > 0) {
    if (stopped.aborted || Date.now() - startMs > withinMs) return false
    await sleep(LOOK_MS, undefined, { signal: stopped }).catch(() => undefined)
    reviewed = await readPlans()
  }
  for (const line of planLines(reviewed)) progress.say(line)
  for (const system of systems) {
    progress.say(`$ patchbay link ${system} --apply`)
    await client.post('applyLink', `/systems/${system}/link/apply`)
  }
  const calm = await waitForCalm(hub, vendors, stopped, withinMs - (Date.now() - startMs))
  if (calm)
    progress.say(
      `Linked, and every system holds what it must, after ${((Date.now() - startMs) / 1000).toFixed(0)} s.\n`,
    )
  return calm
}

function loadingLines(items: readonly LinkObject[]): string[] {
  return items.map(
    ({ system, object, state, loaded }) =>
      `  ${`${system}/${object}`.padEnd(22)}${state.padEnd(9)}${String(loaded).padStart(5)} records loaded`,
  )
}

function loadingLine(items: readonly LinkObject[]): string {
  return `  ${items.map(({ system, object, state, loaded }) => `${system}/${object} ${state} ${loaded}`).join(', ')}`
}

const COLUMNS = ['', 'records', 'matched', 'in sync', 'to change', 'to create', 'twice', 'ambiguous'] as const

/** What applying would do, before anything is written: a row per object. */
export function planLines(items: readonly LinkObject[]): string[] {
  const rows = items.flatMap(({ system, object, plan }) =>
    plan === null
      ? []
      : [
          [
            `${system}/${object}`,
            plan.remoteRecords,
            plan.matched,
            plan.inSync,
            plan.change,
            plan.create,
            plan.duplicates,
            plan.openReviews,
          ],
        ],
  )
  const line = (cells: readonly (string | number)[]): string =>
    `  ${cells.map((cell, i) => (i === 0 ? String(cell).padEnd(22) : String(cell).padStart((COLUMNS[i]?.length ?? 0) + 2))).join('')}`
  return ['', line(COLUMNS), ...rows.map(line), '']
}
