import type { Cluster } from '../hub/hub.ts'
import type { Crash } from './plan.ts'
import { pendingEvents } from './rest.ts'
import type { Owner } from '../scheduler.ts'
import type { Stand } from './stand.ts'
import type { Story } from './story.ts'

/** From a crash to work on what waited then (invariant 10). */
const PROGRESS_MS = 10_000

export interface Faults {
  /** The next crash, counted from now; none when undefined. */
  arm(crash: Crash | undefined): void
  /** A call of that process to a vendor ended, and it does not know yet. */
  callEnded(owner: Owner, operation: string): void
}

/** Kills processes where the plan says so, and checks that what waited then is worked on soon after. */
export function createFaults(stand: Stand, cluster: () => Cluster | undefined, story: Story): Faults {
  const { scheduler, backend, watch } = stand
  let armed: Crash | undefined
  let passed = 0
  let crashes = 0

  function die(owner: Owner, why: string): void {
    armed = undefined
    crashes += 1
    story.count('crashes')
    cluster()?.kill(owner, why)
    backend.reap()
    // What the dead process has written and not committed is not there.
    const waiting = backend.isHeld() ? Promise.resolve([]) : pendingEvents(backend)
    const crash = crashes
    scheduler.after(PROGRESS_MS, () => void checkProgress(crash, waiting))
  }

  async function checkProgress(crash: number, waiting: Promise<string[]>): Promise<void> {
    // Another crash since then gives it more time; what is seen in the middle of a transaction means nothing.
    if (crash !== crashes || backend.isHeld()) return
    const still = new Set(await pendingEvents(backend))
    const left = (await waiting).filter(event => still.has(event))
    if (left.length > 0) story.broken(10, `${left.length} events still wait ${PROGRESS_MS / 1000} s after a crash`)
  }

  watch.fault = (owner, text) => {
    if (armed === undefined || armed.at === 'call') return undefined
    if (passed++ < armed.n) return undefined
    const at = armed.at === 'beforeStatement' ? 'before' : 'after'
    armed = undefined
    return { at, die: () => die(owner, `${at} ${readable(text)}`) }
  }

  return {
    arm(crash) {
      armed = crash
      passed = 0
    },
    callEnded(owner, operation) {
      if (armed?.at === 'call' && passed++ >= armed.n) die(owner, `when its ${operation} had ended`)
    },
  }
}

function readable(text: string): string {
  const words = text.replaceAll('\0', ' ').replaceAll(/\s+/g, ' ').trim()
  return words === '' ? 'a statement' : `"${words.slice(0, 60)}"`
}
