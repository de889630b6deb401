import { setTimeout as sleep } from 'node:timers/promises'
import type { DemoHub } from './hub.ts'
import type { Intake } from './intake.ts'
import type { Progress } from './progress.ts'
import type { Vendor } from './vendors/vendor.ts'
import type { Traffic } from './traffic.ts'

export interface Playing {
  hub: DemoHub
  vendors: readonly Vendor[]
  traffic: Traffic
  intake: Intake
  progress: Progress
  deadlineMs: number
  stopped: AbortSignal
}

export type Ending = 'settled' | 'deadline' | 'stopped'

const LOOK_MS = 400
/** So many looks in a row must find nothing to do: longer than the hub's polls of vendors are apart. */
const QUIET_LOOKS = 13

/** Waits until the hub has done what it has to do, with all that the vendors have told it; false when that takes too long. */
export async function waitForCalm(
  hub: DemoHub,
  vendors: readonly Vendor[],
  stopped: AbortSignal,
  withinMs: number,
): Promise<boolean> {
  const startMs = Date.now()
  for (let quietLooks = 0; quietLooks < QUIET_LOOKS;) {
    if (stopped.aborted || Date.now() - startMs > withinMs) return false
    await sleep(LOOK_MS, undefined, { signal: stopped }).catch(() => undefined)
    const { events, deliveries } = await hub.pending()
    quietLooks = webhooksUnderWay(vendors) + events + deliveries === 0 ? quietLooks + 1 : 0
  }
  return true
}

/** Plays the traffic and waits until nothing moves any more, at the hub and on the way to it. */
export async function playAndSettle(playing: Playing): Promise<Ending> {
  const { hub, vendors, traffic, intake, progress, deadlineMs, stopped } = playing
  const startMs = Date.now()
  let isPlaying = true
  const played = traffic.run(stopped).finally(() => (isPlaying = false))
  let quietLooks = 0
  while (quietLooks < QUIET_LOOKS) {
    if (stopped.aborted) return 'stopped'
    if (Date.now() - startMs > deadlineMs) return 'deadline'
    await sleep(LOOK_MS, undefined, { signal: stopped }).catch(() => undefined)
    const [pending, stats] = await Promise.all([hub.pending(), hub.stats()])
    const webhooks = webhooksUnderWay(vendors)
    quietLooks = !isPlaying && webhooks + pending.events + pending.deliveries === 0 ? quietLooks + 1 : 0
    const phase = isPlaying
      ? `traffic, ${traffic.counters.remaining} steps to come`
      : `settling: ${webhooks} webhooks, ${pending.events} events, ${pending.deliveries} deliveries open`
    progress.show({ elapsedMs: Date.now() - startMs, phase, intake: intake.counters, stats, vendors })
  }
  await played
  return 'settled'
}

function webhooksUnderWay(vendors: readonly Vendor[]): number {
  return vendors.reduce((total, vendor) => total + vendor.webhooks.pending(), 0)
}
