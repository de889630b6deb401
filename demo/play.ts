import { setTimeout as sleep } from 'node:timers/promises'
import type { DemoHub } from './hub.ts'
import type { Progress } from './progress.ts'
import type { Sandbox } from './sandboxes/sandbox.ts'
import type { Traffic } from './traffic.ts'

export interface Playing {
  hub: DemoHub
  sandboxes: readonly Sandbox[]
  traffic: Traffic
  progress: Progress
  deadlineMs: number
  stopped: AbortSignal
}

export type Ending = 'settled' | 'deadline' | 'stopped'

const POLL_MS = 400
/** So many polls in a row must find nothing to do: the hub has fallen silent. */
const QUIET_POLLS = 5

/** Waits until the hub has done what it has to do, with all that the vendors have told it; false when that takes too long. */
export async function waitForCalm(
  hub: DemoHub,
  sandboxes: readonly Sandbox[],
  stopped: AbortSignal,
  withinMs: number,
): Promise<boolean> {
  const startMs = Date.now()
  for (let quietPolls = 0; quietPolls < QUIET_POLLS;) {
    if (stopped.aborted || Date.now() - startMs > withinMs) return false
    await sleep(POLL_MS, undefined, { signal: stopped }).catch(() => undefined)
    const { events, deliveries } = await hub.pending()
    quietPolls = webhooksUnderWay(sandboxes) + events + deliveries === 0 ? quietPolls + 1 : 0
  }
  return true
}

/** Plays the traffic and waits until nothing moves any more, at the hub and on the way to it. */
export async function playAndSettle(playing: Playing): Promise<Ending> {
  const { hub, sandboxes, traffic, progress, deadlineMs, stopped } = playing
  const startMs = Date.now()
  let isPlaying = true
  const played = traffic.run(stopped).finally(() => (isPlaying = false))
  let quietPolls = 0
  while (quietPolls < QUIET_POLLS) {
    if (stopped.aborted) return 'stopped'
    if (Date.now() - startMs > deadlineMs) return 'deadline'
    await sleep(POLL_MS, undefined, { signal: stopped }).catch(() => undefined)
    const [pending, stats] = await Promise.all([hub.pending(), hub.stats()])
    const webhooks = webhooksUnderWay(sandboxes)
    quietPolls = !isPlaying && webhooks + pending.events + pending.deliveries === 0 ? quietPolls + 1 : 0
    const phase = isPlaying
      ? `traffic, ${traffic.counters.remaining} steps to come`
      : `settling: ${webhooks} webhooks, ${pending.events} events, ${pending.deliveries} deliveries open`
    progress.show({ elapsedMs: Date.now() - startMs, phase, traffic: traffic.counters, stats, sandboxes })
  }
  await played
  return 'settled'
}

function webhooksUnderWay(sandboxes: readonly Sandbox[]): number {
  return sandboxes.reduce((total, sandbox) => total + sandbox.webhooks.pending(), 0)
}
