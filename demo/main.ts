import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { demoEnvironment } from './environment.ts'
import { enterExisting, noteRemotes } from './existing.ts'
import { performFirstLink } from './first-link.ts'
import type { DemoHub, RunningHub } from './hub.ts'
import { playAndSettle } from './play.ts'
import { createProgress } from './progress.ts'
import type { Screen } from './progress.ts'
import { createRandom } from '../connectors/http/example/sandboxes/random.ts'
import { createIntake, freePort } from './intake.ts'
import type { Intake } from './intake.ts'
import { startDemoHub } from './start-hub.ts'
import { createTraffic } from './traffic.ts'
import { verdictLines } from './verdict/lines.ts'
import { startVendors } from './vendors/all.ts'
import type { Vendor } from './vendors/vendor.ts'
import { countsOf, isRight, judge } from './verdict/verdict.ts'

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
  /** Contacts that the CRM has before the hub comes; three of five are known to other systems too. */
  contacts?: number
  companies?: number
  trafficMs?: number
  /** How long the newsletter's vendor is off the network; 0: never. */
  downMs?: number
  /** The hub goes on running afterwards, with its console, until it is interrupted. */
  stay?: boolean
  /** The demo gives up when all is not in sync so long after its start. */
  deadlineMs?: number
}

const DEFAULTS = {
  seed: 2026,
  people: 360,
  contacts: 500,
  companies: 60,
  trafficMs: 45_000,
  linkWithinMs: 60_000,
  deadlineMs: 180_000,
}
/** First link and coming to rest have at least this long together. */
const SETTLING_MS = 60_000
const KNOWN_SHARE = 0.6
const DOWN_SHARE = 0.45
const THROTTLED_SHARE = 0.15
/** What a shell expects of a program that was interrupted. */
const INTERRUPTED = 130

/** Hub, five vendors and a day's traffic; answers the exit code: 0 when every system holds what it must. */
export async function runDemo(options: DemoOptions = {}): Promise<number> {
  const settings = { ...DEFAULTS, startHub: startDemoHub, ...options }
  const progress = createProgress(settings.screen ?? (settings.json === true ? process.stderr : process.stdout))
  const vendors = await startVendors(settings)
  const all = Object.values(vendors)
  const smtpPort = await freePort()
  const endMs = Date.now() + Math.max(settings.deadlineMs, settings.trafficMs + SETTLING_MS)
  const stopping = new AbortController()
  const interrupt = (): void => stopping.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  let running: RunningHub | undefined
  let intake: Intake | undefined
  let code = 1
  try {
    const sizes = { contacts: settings.contacts, known: Math.round(settings.contacts * KNOWN_SHARE) }
    const existing = enterExisting(vendors, createRandom(settings.seed + 1), sizes, Date.now())
    progress.say(
      `Salesforce has ${settings.contacts} contacts; HubSpot, Mailchimp, Zendesk and Odoo know ${existing.known.length} of them.`,
    )
    running = await settings.startHub(DEMO_CONFIG, demoEnvironment(vendors, smtpPort))
    const { hub } = running
    const sayOpen = async (what: string): Promise<void> => {
      for (const line of [`${what} Still open:`, ...(await openLines(hub, all))]) progress.say(line)
    }
    for (const vendor of all) vendor.setWebhookTarget(`${hub.url}/in/${vendor.name}`)
    progress.say(`The hub is at ${hub.url}. Before it writes to any of them it is linked.`)
    const linked = await performFirstLink({
      running,
      vendors: all,
      progress,
      stopped: stopping.signal,
      withinMs: endMs - Date.now() - settings.trafficMs,
    })
    if (stopping.signal.aborted) return (code = INTERRUPTED)
    if (!linked) {
      await sayOpen('First link did not come to an end in time.')
      return 1
    }
    noteRemotes(existing, await hub.crosswalk())
    progress.say(`The day begins: ${settings.people} more customers are on their way.`)
    intake = createIntake(hub.url, smtpPort)
    const traffic = createTraffic({
      existing,
      intake,
      vendors,
      seed: settings.seed,
      durationMs: settings.trafficMs,
      people: settings.people,
      companies: settings.companies,
      downMs: settings.downMs ?? settings.trafficMs * DOWN_SHARE,
      throttledMs: settings.trafficMs * THROTTLED_SHARE,
    })
    const deadlineMs = endMs - Date.now()
    const playing = { hub, vendors: all, traffic, intake, progress, deadlineMs, stopped: stopping.signal }
    const ending = await playAndSettle(playing)
    if (ending === 'stopped') return (code = INTERRUPTED)
    const verdict = await judge(running, vendors, existing, traffic.script)
    for (const line of verdictLines(verdict)) progress.say(line)
    if (ending === 'deadline') await sayOpen('The hub did not come to rest in time.')
    code = ending === 'settled' && isRight(verdict) ? 0 : 1
    if (settings.json === true)
      console.log(JSON.stringify({ ok: code === 0, ending, ...verdict.comparison, ...countsOf(verdict) }))
    if (settings.stay === true) {
      for (const line of placeLines(running)) progress.say(line)
      await once(stopping.signal, 'abort')
    }
    return code
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    intake?.close()
    for (const vendor of all) await vendor.stop()
    const kept = await running?.stop(code === 1)
    if (kept !== undefined) progress.say(`The hub's data and log are kept in ${kept}.`)
  }
}

function placeLines({ hub, token }: RunningHub): string[] {
  return [
    `Console    ${hub.url}/console/`,
    `Token      ${token}`,
    'The hub and the vendors stay until Ctrl-C; then their data are removed.',
  ]
}

/** What did not come to rest, so that whoever reads it knows where to look. */
async function openLines(hub: DemoHub, vendors: readonly Vendor[]): Promise<string[]> {
  const webhooks = vendors.map(({ name, webhooks }) => ({ name, count: webhooks.pending() }))
  return [
    ...webhooks.filter(({ count }) => count > 0).map(({ name, count }) => `${count} webhooks of ${name} on their way`),
    ...(await hub.pendingLines()),
  ].map(line => `  ${line}`)
}
