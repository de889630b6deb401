import type { ReplyOf } from '#console/handler.ts'
import { createContext } from './context.ts'
import { shortTime } from './output.ts'
import type { Output } from './output.ts'
import type { AddCommand } from './command.ts'

type System = ReplyOf<'getSystem'>

export const addSystemsCommand: AddCommand = (program, environment) => {
  const systems = program.command('systems').description('systems: list, pause, resume, verify refused requests again')
  systems
    .command('list', { isDefault: true })
    .description('list them (the default)')
    .action(async (_options, command) => {
      const { connect, out } = createContext(command, environment)
      const { items } = await connect().get('listSystems', '/systems')
      out.value(items)
      writeSystems(out, items)
    })
  systems
    .command('pause <system>')
    .description('stop writing to and reading from a system; its webhooks are still received')
    .requiredOption('--reason <text>')
    .action(async (system: string, options: { reason: string }, command) => {
      const { connect, out } = createContext(command, environment)
      const row = await connect().post('pauseSystem', `/systems/${encodeURIComponent(system)}/pause`, {
        reason: options.reason,
      })
      out.value(row)
      writeSystems(out, [row])
    })
  systems
    .command('resume <system>')
    .description('go on with a paused or disconnected system')
    .action(async (system: string, _options, command) => {
      const { connect, out } = createContext(command, environment)
      const row = await connect().post('resumeSystem', `/systems/${encodeURIComponent(system)}/resume`)
      out.value(row)
      writeSystems(out, [row])
    })
  systems
    .command('verify <system>')
    .description('verify its refused requests again, after a secret was corrected')
    .action(async (system: string, _options, command) => {
      const { connect, out } = createContext(command, environment)
      const result = await connect().post('verifyRefused', '/refused-requests/verify', { system })
      out.value(result)
      out.line(`${result.accepted} accepted now, ${result.refused} still refused.`)
    })
}

function writeSystems(out: Output, items: readonly System[]): void {
  out.table(
    [
      { title: 'SYSTEM' },
      { title: 'TITLE', max: 30 },
      { title: 'CONNECTOR' },
      { title: 'STATE' },
      { title: 'BREAKER' },
      { title: 'LINK', max: 40 },
      { title: 'OPEN DELIVERIES', max: 50 },
      { title: 'OLDEST DUE' },
      { title: 'DEAD EVENTS', align: 'right' },
      { title: 'REASON', max: 40 },
    ],
    items.map(row => [
      row.name,
      row.title,
      row.connector,
      row.state,
      typeof row.breaker.state === 'string' ? row.breaker.state : undefined,
      linkOf(row),
      Object.entries(row.deliveries)
        .map(([state, count]) => `${count} ${state}`)
        .join(', '),
      shortTime(row.oldestDue),
      row.deadEvents,
      row.reason,
    ]),
  )
}

/** Which of its objects are not written to yet, and why. */
function linkOf(row: System): string {
  return row.objects
    .filter(({ linkState }) => linkState !== 'live')
    .map(({ object, linkState }) => `${object} ${linkState}`)
    .join(', ')
}
