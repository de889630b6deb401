import type { MappingPlan } from '#console/actions/mappings.ts'
import type { Ids } from '#model/ids.ts'
import { emptyTally, type Tally } from './tally.ts'

/** Finished plans that are kept to be looked at. */
const PLANS_KEPT = 20

type Progress = Pick<MappingPlan, 'id' | 'state' | 'total' | 'message' | 'result' | 'startedAtMs' | 'endedAtMs'>

interface Running<Of> {
  plan: Of & Progress
  readonly stop: AbortController
}

/** Counts, telling how far it is; ends early when the signal is aborted. */
export type Count = (signal: AbortSignal, tell: (tally: Tally) => void) => Promise<Tally>

/** Plans of this process, in memory: each goes on in the background until it is done or cancelled. */
export function createPlanBook<Of extends object>({ ids, nowMs }: { ids: Ids; nowMs: () => number }) {
  const plans = new Map<string, Running<Of>>()

  async function run(running: Running<Of>, count: Count): Promise<void> {
    const change = (more: Partial<Progress>): void => void (running.plan = { ...running.plan, ...more })
    try {
      const result = await count(running.stop.signal, tally => change({ result: { ...tally } }))
      change({ state: 'done', result, endedAtMs: nowMs() })
    } catch (error) {
      const isCancelled = running.stop.signal.aborted
      const message = error instanceof Error ? error.message : String(error)
      change({
        state: isCancelled ? 'cancelled' : 'failed',
        message: isCancelled ? null : message,
        endedAtMs: nowMs(),
      })
    }
  }

  return {
    start(of: Of, total: number, count: Count): Of & Progress {
      const plan: Of & Progress = {
        ...of,
        id: ids.uuid(),
        state: 'running',
        total,
        message: null,
        result: emptyTally(),
        startedAtMs: nowMs(),
        endedAtMs: undefined,
      }
      const running: Running<Of> = { plan, stop: new AbortController() }
      plans.set(plan.id, running)
      forgetOldest(plans)
      void run(running, count)
      return plan
    },
    read: (id: string): (Of & Progress) | undefined => plans.get(id)?.plan,
    cancel(id: string): (Of & Progress) | undefined {
      const running = plans.get(id)
      running?.stop.abort()
      return running?.plan
    },
  }
}

function forgetOldest(plans: Map<string, { plan: Progress }>): void {
  const ended = [...plans].filter(([, { plan }]) => plan.state !== 'running')
  for (const [id] of ended.slice(0, Math.max(0, plans.size - PLANS_KEPT))) plans.delete(id)
}
