import type { DemoStats } from './hub.ts'
import type { Vendor } from './vendors/vendor.ts'
import type { Intake } from './intake.ts'

export interface View {
  elapsedMs: number
  phase: string
  intake: Intake['counters']
  stats: DemoStats
  vendors: readonly Vendor[]
}

export interface Progress {
  show(view: View): void
  /** Lines that are drawn over by what comes next; `plain` stands for them where there is no terminal. */
  draw(lines: readonly string[], plain: string): void
  /** A line that stays. */
  say(line: string): void
}

export interface Screen {
  isTTY?: boolean | undefined
  columns?: number | undefined
  write(text: string): unknown
}

const PLAIN_EVERY_MS = 5000
const COLUMNS = 100
const DELIVERY_STATES = ['synced', 'pending', 'waiting', 'retrying', 'dead'] as const

/** A table that is drawn over itself on a terminal; one line every few seconds where there is none. */
export function createProgress(screen: Screen): Progress {
  let drawnLines = 0
  let plainAtMs = -Infinity
  const erase = (): void => {
    if (drawnLines > 0) screen.write(`\u001b[${drawnLines}A\u001b[J`)
    drawnLines = 0
  }
  const draw = (lines: readonly string[], plain: string): void => {
    if (screen.isTTY !== true) {
      if (Date.now() - plainAtMs < PLAIN_EVERY_MS) return
      plainAtMs = Date.now()
      screen.write(`${plain}\n`)
      return
    }
    erase()
    // A wrapped line would be drawn over in part only.
    screen.write(`${lines.map(line => line.slice(0, (screen.columns ?? COLUMNS) - 1)).join('\n')}\n`)
    drawnLines = lines.length
  }
  return {
    draw,
    show: view => draw(table(view), plainLine(view)),
    say(line) {
      // What was drawn last stays above the line.
      drawnLines = 0
      screen.write(`${line}\n`)
    },
  }
}

export function plainLine({ elapsedMs, phase, intake, stats, vendors }: View): string {
  const events = sum(Object.values(stats.events))
  const delivered = sum(Object.values(stats.deliveries).map(states => states.synced ?? 0))
  const open = sum(Object.values(stats.deliveries).map(openOf))
  const webhooks = sum(vendors.map(({ webhooks: { counters } }) => counters.sent))
  const halted = Object.entries(stats.halted)
    .map(([system, reason]) => `; ${system}: ${reason}`)
    .join('')
  return (
    `${seconds(elapsedMs)} ${phase}: ${intake.formsPosted} forms, ${intake.mailsSent} mails and ${webhooks} webhooks sent, ${events} events kept, ` +
    `${stats.sourceRecords} source records in ${customers(stats)} customers, ${delivered} deliveries in sync, ${open} open${halted}`
  )
}

export function table(view: View): string[] {
  const { elapsedMs, phase, intake, stats, vendors } = view
  const golden = Object.entries(stats.golden).map(([entity, count]) => `${count} ${entity}`)
  const events = Object.entries(stats.events).map(([state, count]) => `${count} ${state}`)
  const head = ['system', 'webhooks', 'again', 'calls', '429', ...DELIVERY_STATES]
  const rows = vendors.map(vendor => {
    const states = stats.deliveries[vendor.name] ?? {}
    const { sent, duplicated, retried } = vendor.webhooks.counters
    const { calls, throttled } = vendor.counters()
    const cells = [vendor.name, sent, duplicated + retried, calls, throttled]
    const counts = DELIVERY_STATES.map(
      state => (states[state] ?? 0) + (state === 'pending' ? (states.sending ?? 0) : 0),
    )
    return `${columns([...cells, ...counts])}  ${stats.halted[vendor.name] ?? ''}`
  })
  return [
    `Patchbay demo  ${seconds(elapsedMs)}  ${phase}`,
    '',
    `  came in    ${intake.formsPosted} forms, ${intake.mailsSent} mails; events: ${events.join(', ') || 'none yet'}; ${stats.refused} requests refused`,
    `  merged     ${stats.sourceRecords} source records: ${golden.join(', ') || 'nothing yet'}`,
    `  delivered  ${stats.attempts} calls to the vendors`,
    '',
    columns(head),
    ...rows,
  ]
}

function columns(cells: readonly (string | number)[]): string {
  return `  ${cells.map((cell, i) => (i === 0 ? String(cell).padEnd(11) : String(cell).padStart(9))).join('')}`
}

function customers({ golden }: DemoStats): number {
  return (golden.person ?? 0) + (golden.account ?? 0)
}

/** Deliveries that will still move without a person. */
function openOf(states: Readonly<Record<string, number>>): number {
  return sum(['pending', 'sending', 'waiting', 'retrying', 'submitted', 'unknown'].map(state => states[state] ?? 0))
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(0).padStart(3)} s`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
