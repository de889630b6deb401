import { fileURLToPath } from 'node:url'
import { compare } from './comparison.ts'
import type { Comparison } from './comparison.ts'
import { demoEnvironment } from './environment.ts'
import type { RunningHub } from './hub.ts'
import { playAndSettle } from './play.ts'
import type { Ending } from './play.ts'
import { comparisonLines, createProgress } from './progress.ts'
import type { Screen } from './progress.ts'
import { createSandbox, VENDORS } from './sandboxes/all.ts'
import type { Sandbox, VendorName } from './sandboxes/sandbox.ts'
import { startDemoHub } from './start-hub.ts'
import { createTraffic } from './traffic.ts'

/** The demo's configuration; its `${...}` and `env:` references are filled by `demoEnvironment`. */
const DEMO_CONFIG = fileURLToPath(new URL('patchbay.yaml', import.meta.url))

export interface DemoOptions {
  /** The result as one JSON line on standard output, the progress on standard error. */
  json?: boolean
  /** Starts the hub with the demo's configuration, on data of its own, with these variables for its references. */
  startHub?: (configPath: string, environment: Record<string, string>) => Promise<RunningHub>
  screen?: Screen
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
const DOWN_SHARE = 0.45
const THROTTLED_SHARE = 0.15
/** What a shell expects of a program that was interrupted. */
const INTERRUPTED = 130

/** Hub, four vendors and a day's traffic; answers the exit code: 0 when every system holds what it must. */
export async function runDemo(options: DemoOptions = {}): Promise<number> {
  const settings = { ...DEFAULTS, startHub: startDemoHub, ...options }
  const progress = createProgress(settings.screen ?? (settings.json === true ? process.stderr : process.stdout))
  const sandboxes = createSandboxes(settings.seed)
  const stopping = new AbortController()
  const interrupt = (): void => stopping.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  let running: RunningHub | undefined
  let code = 1
  try {
    for (const sandbox of Object.values(sandboxes)) await sandbox.start()
    running = await settings.startHub(DEMO_CONFIG, demoEnvironment(urlsOf(sandboxes)))
    const { hub } = running
    for (const name of VENDORS) sandboxes[name].setWebhookTarget(`${hub.url}/in/${name}`)
    progress.say(`The hub is at ${hub.url}, four vendors are beside it; ${settings.people} customers are on their way.`)
    const traffic = createTraffic({
      hubUrl: hub.url,
      sandboxes,
      seed: settings.seed,
      durationMs: settings.trafficMs,
      people: settings.people,
      companies: settings.companies,
      downMs: settings.downMs ?? settings.trafficMs * DOWN_SHARE,
      throttledMs: settings.trafficMs * THROTTLED_SHARE,
    })
    const all = Object.values(sandboxes)
    const { deadlineMs } = settings
    const ending = await playAndSettle({ hub, sandboxes: all, traffic, progress, deadlineMs, stopped: stopping.signal })
    if (ending === 'stopped') return (code = INTERRUPTED)
    const result = compare({ ...running, goldenRecords: await hub.goldenRecords(), sandboxes: all })
    for (const line of [...comparisonLines(result), ...endingLines(ending)]) progress.say(line)
    code = ending === 'settled' && result.differences.length === 0 && result.goldenRecords > 0 ? 0 : 1
    if (settings.json === true) console.log(JSON.stringify(summary(ending, result)))
    return code
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    for (const sandbox of Object.values(sandboxes)) await sandbox.stop()
    const kept = await running?.stop(code === 1)
    if (kept !== undefined) progress.say(`The hub's data and log are kept in ${kept}.`)
  }
}

function endingLines(ending: Ending): string[] {
  return ending === 'deadline' ? ['The hub did not come to rest in time.'] : []
}

function summary(ending: Ending, { goldenRecords, remoteRecords, fields, differences }: Comparison) {
  return {
    ok: ending === 'settled' && differences.length === 0,
    ending,
    goldenRecords,
    remoteRecords,
    fields,
    differences,
  }
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
