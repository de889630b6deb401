import { cpus, loadavg, totalmem } from 'node:os'
import type { Backlog } from './backlog.ts'
import type { CostProfile, StatementCost } from './cost-profile.ts'
import type { EndToEnd, Flow } from './end-to-end.ts'
import type { Growth } from './growth.ts'
import type { IdentitySpeed } from './identity/speed.ts'
import type { Link } from './link.ts'
import type { ProfileLine } from './profile.ts'
import type { Receive } from './receive.ts'
import type { ShadowCost } from './shadow.ts'

/** What was measured; parts that did not run are missing. */
export interface Results {
  receive?: Receive
  endToEnd?: EndToEnd
  growth?: Growth
  backlog?: Backlog
  link?: Link
  shadow?: ShadowCost
  identity?: IdentitySpeed
}

const PROFILE_LINES = 30

/** The top costs of the hub's thread: by function, by file or package, and with all that a function calls. */
export function printProfile({ hub: profile, statements }: CostProfile): void {
  console.log(`hub thread idle ${(profile.idleShare * 100).toFixed(1)} %`)
  for (const [title, lines] of [
    ['self time by function', profile.functions],
    ['self time by file or package', profile.files],
    ['total time', profile.totals],
  ] as const) {
    console.log(`\n${title}`)
    for (const line of lines.slice(0, PROFILE_LINES)) console.log(profileLine(line))
  }
  console.log('\nPostgreSQL: time by statement')
  for (const statement of statements) console.log(statementLine(statement))
}

function profileLine({ share, selfMs, name }: ProfileLine): string {
  return `${(share * 100).toFixed(1).padStart(6)} %  ${String(selfMs).padStart(6)} ms  ${name}`
}

function statementLine({ share, calls, totalMs, planMs, rows, text }: StatementCost): string {
  const each = `${(totalMs / calls).toFixed(2)} ms each, planning ${(planMs / calls).toFixed(2)}, ${(rows / calls).toFixed(1)} rows`
  return `${(share * 100).toFixed(1).padStart(6)} %  ${Math.round(totalMs).toString().padStart(6)} ms  ${calls} calls (${each})  ${text}`
}

/** The JSON line: its named members are a contract, the rest explains them. Parts that did not run are missing. */
export function report({ receive, endToEnd, growth, backlog, link, shadow, identity }: Results): object {
  return rounded({
    machine: machine(),
    ...(receive && { receive }),
    ...(endToEnd && {
      endToEnd: {
        eventsPerSecond: endToEnd.saturated.eventsPerSecond,
        deliveriesPerSecond: endToEnd.saturated.deliveriesPerSecond,
        p50Ms: endToEnd.half.p50Ms,
        p99Ms: endToEnd.half.p99Ms,
        statementsPerEvent: endToEnd.saturated.statementsPerEvent,
        hubRssMiB: endToEnd.hubRssMiB,
        saturated: withoutProfile(endToEnd.saturated),
        half: withoutProfile(endToEnd.half),
      },
    }),
    ...(growth && { growth: { ...growth, few: withoutProfile(growth.few), many: withoutProfile(growth.many) } }),
    ...(backlog && { backlog }),
    ...(link && {
      link: { ...withoutProfile(link), alone: withoutProfile(link.alone), beside: withoutProfile(link.beside) },
    }),
    ...(shadow && { shadow }),
    ...(identity && { identity }),
  })
}

function withoutProfile<T extends { profile?: CostProfile }>({ profile: _profile, ...rest }: T): Omit<T, 'profile'> {
  return rest
}

/** Four digits are more than any of these figures is worth. */
function rounded(value: object): object {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'number' && !Number.isInteger(member) ? Number(member.toPrecision(4)) : member,
    ),
  )
}

/** The machine, and how busy others keep it. */
export function machine(): string {
  const gib = Math.round(totalmem() / 1024 ** 3)
  const load = loadavg().map(value => value.toFixed(1))
  return `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${gib} GiB, Node ${process.version}, load average ${load.join(' ')}`
}

export function printReport({ receive, endToEnd, growth, backlog, link, shadow, identity }: Results): void {
  if (receive) {
    line(
      'receive',
      `${per(receive.perSecond)} webhooks, bare server ${per(receive.limitPerSecond)}, ratio ${receive.ratio.toFixed(2)}`,
    )
    line(
      '',
      `bare server writing the same rows ${per(receive.sameRows.limitPerSecond)}, ratio ${receive.sameRows.ratio.toFixed(2)}`,
    )
    const { hub, limit, sameRows } = receive.cpuMs
    line(
      '',
      `CPU per webhook with the database: hub ${ms(hub)}, bare ${ms(limit)}, bare with the same rows ${ms(sameRows)}`,
    )
  }
  if (endToEnd) {
    line('end to end', flowText(endToEnd.saturated))
    line('', cpuText(endToEnd.saturated))
    line(
      'half load',
      `${per(endToEnd.half.eventsPerSecond)} events, p50 ${ms(endToEnd.half.p50Ms)}, p99 ${ms(endToEnd.half.p99Ms)}`,
    )
    line('', cpuText(endToEnd.half))
  }
  if (growth) {
    line(
      'growth',
      `${growth.goldens} golden records: cost per event x ${growth.ratio.toFixed(2)}, hub ${mib(growth.hubRssMiB)}`,
    )
    line('', flowText(growth.many))
    line('', cpuText(growth.many))
  }
  if (backlog) {
    line(
      'backlog',
      `${backlog.events} events queued at ${per(backlog.queuedPerSecond)}, drained at ${per(backlog.perSecond)}, hub ${mib(backlog.hubRssMiB)}`,
    )
    line(
      '',
      `${per(backlog.deliveriesPerSecond)} deliveries, first after ${ms(backlog.resumedAfterMs)}, ${backlog.missing} missing`,
    )
  }
  if (link) printLink(link)
  if (shadow) {
    const { ratio, cpuMsPerEvent, eventsPerSecond, rounds } = shadow
    line(
      'shadow',
      `CPU per event ${ms(cpuMsPerEvent.with)}, without ${ms(cpuMsPerEvent.without)} (x ${ratio.toFixed(2)}), ${rounds} rounds`,
    )
    line('', `${per(eventsPerSecond.with)} events, without ${per(eventsPerSecond.without)}`)
  }
  if (identity) {
    const { customers, recordsPerSecond, p50Ms, p99Ms, cpuMsPerRecord, linkedShare } = identity
    line(
      'identity',
      `${per(recordsPerSecond)} records among ${customers} customers, one alone p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}`,
    )
    line(
      '',
      `CPU per record with the database ${ms(cpuMsPerRecord)}; ${(linkedShare * 100).toFixed(1)} % of second records linked by weak evidence`,
    )
  }
}

function printLink(link: Link): void {
  const { records, loadedSeconds, reviewedSeconds, alone, beside, p99Ratio } = link
  line(
    'first link',
    `${records} remote records loaded in ${loadedSeconds.toFixed(1)} s (${per(records / loadedSeconds)}), reviewed after ${reviewedSeconds.toFixed(1)} s, hub ${mib(link.hubRssMiB)}`,
  )
  line('', `CPU per record: hub ${ms(link.cpuMsPerRecord.hub)}, postgres ${ms(link.cpuMsPerRecord.postgres)}`)
  line(
    '',
    `live at ${per(beside.eventsPerSecond)}: p50 ${ms(alone.p50Ms)} alone, ${ms(beside.p50Ms)} beside it; p99 ${ms(alone.p99Ms)} alone, ${ms(beside.p99Ms)} beside it (x ${p99Ratio.toFixed(2)})`,
  )
}

function flowText(flow: Flow): string {
  return `${per(flow.eventsPerSecond)} events, ${per(flow.deliveriesPerSecond)} deliveries, ${flow.statementsPerEvent.toFixed(2)} statements per event, ${flow.surplusWrites} surplus writes, ${flow.missing} missing`
}

function cpuText({ cpuMsPerEvent: { hub, postgres, load, sandboxes } }: Flow): string {
  return `CPU per event: hub ${ms(hub)}, postgres ${ms(postgres)}, load ${ms(load)}, sandboxes ${ms(sandboxes)}`
}

function line(title: string, text: string): void {
  console.log(`${title.padEnd(11)} ${text}`)
}

function per(value: number): string {
  return `${Math.round(value)}/s`
}

function ms(value: number): string {
  return `${value.toPrecision(3)} ms`
}

function mib(value: number): string {
  return `${Math.round(value)} MiB`
}
