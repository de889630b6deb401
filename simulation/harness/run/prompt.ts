import type { Backend } from '../database/backend.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Story } from './story.ts'

/** What a commit has made due at once, with the system that it needs: its wake-up was sent with that commit. */
const DUE_AT_ONCE = `
  select 'interpret event ' || id || ' ' || run as work, '' as system from event where state = 'pending'
  union all select 'resolve ' || system || ' ' || object || ' ' || remote_id, '' from resolve_work
  union all select 'plan ' || golden_id, '' from plan_work
  union all select 'deliver ' || d.golden_id || ' to ' || d.system, d.system from delivery d join system s on s.name = d.system
    where d.state = 'pending' and d.due_at = d.planned_at and d.lease_by is null and s.state = 'active'
  order by 1`

/** Systems whose circuit is not closed: who comes first then is a matter of probes. */
const BROKEN = `select name from system where breaker ->> 'state' <> 'closed'`

/** Longer than what is sent to another process is on its way, or than it takes each to see that a system was resumed. */
const PROMPT_MS = 1_500

/**
 * Invariant 10 the other way round: sweeps are for wake-ups that were lost. Where none is, no work waits for one: looked at
 * whenever nothing is left to do at a moment, and before each sweep.
 */
export function createPromptWatch(
  { backend, scheduler }: { backend: Backend; scheduler: Pick<Scheduler, 'nowMs'> },
  story: Pick<Story, 'broken' | 'count'>,
  hub: {
    /** Each of its processes works. */
    isWhole(): boolean
    /** A call of that system is under way: its end wakes what waits for a slot. */
    isCalling(system: string): boolean
  },
): { look(): Promise<void> } {
  const since = new Map<string, number>()
  const broken = new Set<string>()

  return {
    async look() {
      if (backend.isHeld()) return since.clear()
      if (!hub.isWhole()) return since.clear()
      const found = (await backend.rows(DUE_AT_ONCE)).map(([work, system]) => ({
        work: work ?? '',
        system: system ?? '',
      }))
      story.count('looks for late work')
      for (const name of broken) if (!found.some(({ system }) => system === name)) broken.delete(name)
      if (found.length > 0) for (const [name] of await backend.rows(BROKEN)) broken.add(name ?? '')
      const waiting = found.filter(({ system }) => !hub.isCalling(system) && !broken.has(system))
      for (const work of since.keys()) if (!waiting.some(one => one.work === work)) since.delete(work)
      for (const { work } of waiting) {
        const waitedMs = scheduler.nowMs() - (since.get(work) ?? scheduler.nowMs())
        if (!since.has(work)) since.set(work, scheduler.nowMs())
        if (waitedMs >= PROMPT_MS) story.broken(10, `${work} waits for a sweep, though no wake-up was lost`)
      }
    },
  }
}
