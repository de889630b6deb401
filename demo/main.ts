import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RouteConfig } from '#config/config.ts'
import { compare } from './comparison.ts'
import { demoEnvironment } from './environment.ts'
import type { DemoHub } from './hub.ts'
import { comparisonLines, createProgress } from './progress.ts'
import type { Screen } from './progress.ts'
import { createSandbox, VENDORS } from './sandboxes/all.ts'
import type { Sandbox, VendorName } from './sandboxes/sandbox.ts'
import { createTraffic } from './traffic.ts'
import type { Traffic } from './traffic.ts'

/** The demo's configuration; its `${...}` and `env:` references are filled by `demoEnvironment`. */
export const DEMO_CONFIG = fileURLToPath(new URL('patchbay.yaml', import.meta.url))

/** A hub that runs, as far as the demo needs it. */
export interface RunningHub {
  hub: DemoHub
  routes: readonly RouteConfig[]
  /** The source of a mapping by name, such as `demo-crm/contact.out`. */
  mappingSource: (name: string) => string
  stop(): Promise<void>
}

export interface DemoOptions {
  /** Starts the hub with the demo's configuration, on data of its own, with these variables for its references. */
  startHub: (configPath: string, environment: Record<string, string>) => Promise<RunningHub>
  screen: Screen
  seed?: number
  people?: number
  companies?: number
  trafficMs?: number
  /** How long the marketing tool is off the network; 0: never. */
  downMs?: number
  /** The demo gives up when all is not in sync by then. */
  deadlineMs?: number
}

const DEFAULTS = { seed: 2026, people: 360, companies: 60, trafficMs: 45_000, deadlineMs: 115_000 }
const POLL_MS = 400
/** So many polls in a row must find nothing to do: the hub has fallen silent. */
const QUIET_POLLS = 5

/** Hub, four vendors and a day's traffic; answers the exit code: 0 when every system holds what it must. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const settings = { ...DEFAULTS, ...options }
  const progress = createProgress(options.screen)
  const sandboxes = createSandboxes(settings.seed)
  for (const sandbox of Object.values(sandboxes)) await sandbox.start()
  let running: RunningHub | undefined
  try {
    running = await options.startHub(DEMO_CONFIG, demoEnvironment(urlsOf(sandboxes)))
    const { hub, routes, mappingSource } = running
    for (const name of VENDORS) sandboxes[name].setWebhookTarget(`${hub.url}/in/${name}`)
    progress.say(`The hub is at ${hub.url}; four vendors are beside it. ${settings.people} customers are on their way.`)
    const traffic = createTraffic({
      hubUrl: hub.url,
      sandboxes,
      seed: settings.seed,
      durationMs: settings.trafficMs,
      people: settings.people,
      companies: settings.companies,
      downMs: settings.downMs ?? settings.trafficMs * 0.45,
      throttledMs: settings.trafficMs * 0.15,
    })
    const settled = await playAndSettle({
      hub,
      sandboxes: Object.values(sandboxes),
      traffic,
      progress,
      deadlineMs: settings.deadlineMs,
    })
    const result = compare({
      goldenRecords: await hub.goldenRecords(),
      routes,
      sandboxes: Object.values(sandboxes),
      mappingSource,
    })
    for (const line of comparisonLines(result)) progress.say(line)
    if (!settled) progress.say('The hub did not come to rest in time.')
    return settled && result.differences.length === 0 && result.goldenRecords > 0 ? 0 : 1
  } finally {
    for (const sandbox of Object.values(sandboxes)) await sandbox.stop()
    await running?.stop()
  }
}

interface Playing {
  hub: DemoHub
  sandboxes: readonly Sandbox[]
  traffic: Traffic
  progress: ReturnType<typeof createProgress>
  deadlineMs: number
}

/** Plays the traffic and waits until nothing moves any more; false when the deadline came first. */
async function playAndSettle({ hub, sandboxes, traffic, progress, deadlineMs }: Playing): Promise<boolean> {
  const startMs = Date.now()
  let isPlaying = true
  const playing = traffic.run().finally(() => (isPlaying = false))
  let quietPolls = 0
  while (quietPolls < QUIET_POLLS && Date.now() - startMs < deadlineMs) {
    await sleep(POLL_MS)
    const [pending, stats] = await Promise.all([hub.pending(), hub.stats()])
    const webhooks = sandboxes.reduce((total, sandbox) => total + sandbox.webhooks.pending(), 0)
    quietPolls = !isPlaying && webhooks + pending.events + pending.deliveries === 0 ? quietPolls + 1 : 0
    const phase = isPlaying
      ? `traffic, ${traffic.counters.remaining} steps to come`
      : `settling: ${webhooks} webhooks, ${pending.events} events, ${pending.deliveries} deliveries open`
    progress.show({ elapsedMs: Date.now() - startMs, phase, traffic: traffic.counters, stats, sandboxes })
  }
  await playing
  return quietPolls >= QUIET_POLLS
}

function createSandboxes(seed: number): Record<VendorName, Sandbox> {
  return {
    crm: createSandbox('crm', { seed }),
    helpdesk: createSandbox('helpdesk', { seed: seed + 1 }),
    erp: createSandbox('erp', { seed: seed + 2 }),
    marketing: createSandbox('marketing', { seed: seed + 3 }),
  }
}

function urlsOf(sandboxes: Readonly<Record<VendorName, Sandbox>>): Record<VendorName, string> {
  return {
    crm: sandboxes.crm.url(),
    helpdesk: sandboxes.helpdesk.url(),
    erp: sandboxes.erp.url(),
    marketing: sandboxes.marketing.url(),
  }
}
