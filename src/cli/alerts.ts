import { parseDuration } from '#config/quantity.ts'
import type { ReplyOf } from '#console/handler.ts'
import { CliError } from './cli-error.ts'
import type { AddCommand } from './command.ts'
import { createContext } from './context.ts'
import { addListOptions, type ListOptions, readList } from './output/list.ts'
import { shortTime } from './output/output.ts'
import type { Output } from './output/output.ts'

interface ListedOptions extends ListOptions {
  state?: string
  team?: string
  system?: string
  language?: string
}

interface SilenceOptions {
  name?: string
  system?: string
  object?: string
  team?: string
  for: string
  why: string
}

export const addAlertsCommand: AddCommand = (program, environment, setExitCode) => {
  const alerts = program
    .command('alerts')
    .description('what is wrong now: list, show, acknowledge, silence, test the channels')
  addListOptions(
    alerts
      .command('list', { isDefault: true })
      .description('list them (the default: those that are open)')
      .option('--state <state>', 'open, resolved or all')
      .option('--team <team>')
      .option('--system <system>')
      .option('--language <language>', 'en or zh'),
  ).action(async (options: ListedOptions, command) => {
    const { connect, out } = createContext(command, environment)
    const { state, team, system, language } = options
    const { items, more } = await readList(options, page =>
      connect().get('listAlerts', '/alerts', { state, team, system, language, ...page }),
    )
    out.value(items)
    writeAlerts(out, items)
    if (more) out.line(out.style('dim', 'There are more: --all'))
  })
  alerts
    .command('show <id>')
    .description('one alert: what is wrong, the likely cure, who was told')
    .option('--language <language>', 'en or zh')
    .action(async (id: string, { language }: { language?: string }, command) => {
      const { connect, out } = createContext(command, environment)
      const alert = await connect().get('getAlert', `/alerts/${encodeURIComponent(id)}`, { language })
      out.value(alert)
      writeAlert(out, alert)
    })
  alerts
    .command('ack <id>')
    .description('say that you look after it: it is not escalated any further')
    .action(async (id: string, _options, command) => {
      const { connect, out } = createContext(command, environment)
      const alert = await connect().post('acknowledgeAlert', `/alerts/${encodeURIComponent(id)}/acknowledge`)
      out.value(alert)
      out.line(`Acknowledged by ${alert.acknowledgedBy}. ${alert.cure}`)
    })
  alerts
    .command('test')
    .description('send a test notice through each channel, or through one')
    .option('--channel <name>')
    .action(async ({ channel }: { channel?: string }, command) => {
      const { connect, out } = createContext(command, environment)
      const body = channel === undefined ? {} : { channel }
      const { items } = await connect().post('testAlertChannels', '/alert-channels/test', body)
      out.value(items)
      if (items.length === 0) out.line('patchbay.yaml names no channels: see alerts in docs/alerts.md.')
      else
        out.table(
          [{ title: 'CHANNEL' }, { title: 'TYPE' }, { title: 'RESULT' }, { title: 'WHY', max: 90 }],
          items.map(({ channel: name, type, ok, message }) => [name, type, ok ? 'passed' : 'failed', message]),
        )
      if (items.some(({ ok }) => !ok)) setExitCode(1)
    })
  alerts
    .command('silence')
    .description('send no notices of some alerts for a while; they are listed all the same')
    .option('--name <name>', 'such as CircuitOpen')
    .option('--system <system>')
    .option('--object <object>')
    .option('--team <team>')
    .requiredOption('--for <duration>', 'such as 2h')
    .requiredOption('--why <text>')
    .action(async ({ for: duration, ...matcher }: SilenceOptions, command) => {
      const { connect, out } = createContext(command, environment)
      const ms = parseDuration(duration)
      if (ms === undefined)
        throw new CliError(`--for ${duration}: expected a duration with its unit, such as 30m or 2h`)
      const endsAt = new Date(Date.now() + ms).toISOString()
      const silence = await connect().post('silenceAlerts', '/alert-silences', { ...matcher, endsAt })
      out.value(silence)
      writeSilences(out, [silence])
    })
  alerts
    .command('silences')
    .description('what is silenced, by whom and why')
    .action(async (_options, command) => {
      const { connect, out } = createContext(command, environment)
      const { items } = await connect().get('listSilences', '/alert-silences')
      out.value(items)
      writeSilences(out, items)
    })
  alerts
    .command('unsilence <id>')
    .description('end a silence')
    .action(async (id: string, _options, command) => {
      const { connect, out } = createContext(command, environment)
      const { items } = await connect().delete('endSilence', `/alert-silences/${encodeURIComponent(id)}`)
      out.value(items)
      out.line('Ended.')
    })
}

function writeAlerts(out: Output, items: ReplyOf<'listAlerts'>['items']): void {
  if (items.length === 0) return out.line('Nothing is wrong, as far as the hub can see.')
  out.table(
    [
      { title: 'ALERT' },
      { title: 'STATE' },
      { title: 'SEVERITY' },
      { title: 'TEAM' },
      { title: 'SINCE' },
      { title: 'CUSTOMERS', align: 'right' },
      { title: 'WHAT', max: 90 },
      { title: 'ID' },
    ],
    items.map(alert => [
      alert.name,
      alert.silenced ? `${alert.state}, silenced` : alert.state,
      alert.severity,
      alert.team,
      shortTime(alert.since),
      alert.customers,
      alert.what,
      alert.id,
    ]),
  )
}

function writeAlert(out: Output, alert: ReplyOf<'getAlert'>): void {
  out.line(out.style('bold', alert.what))
  out.line()
  out.table(
    [{ title: alert.name }, { title: alert.state }],
    [
      ['severity', alert.severity],
      ['team', alert.team],
      ['since', shortTime(alert.since)],
      ['customers touched', alert.customers],
      ['acknowledged', alert.acknowledgedBy && `${alert.acknowledgedBy}, ${shortTime(alert.acknowledgedAt)}`],
      ['resolved', shortTime(alert.resolvedAt)],
      ['told to', alert.toldTo.join(', ')],
      ['command', alert.command],
      ['runbook', alert.runbook],
    ],
  )
  out.line()
  out.line(alert.cure)
  for (const notice of alert.notices)
    out.line(
      out.style(
        'dim',
        `${shortTime(notice.at)} ${notice.kind}: ${notice.state} ${notice.channel ?? ''} ${notice.error ?? ''}`,
      ),
    )
}

function writeSilences(out: Output, items: ReplyOf<'listSilences'>['items']): void {
  if (items.length === 0) return out.line('Nothing is silenced.')
  out.table(
    [{ title: 'SILENCED' }, { title: 'UNTIL' }, { title: 'BY' }, { title: 'WHY', max: 60 }, { title: 'ID' }],
    items.map(({ name, system, object, team, endsAt, by, why, id }) => [
      [name, system, object, team].filter(part => part !== null).join(' '),
      shortTime(endsAt),
      by,
      why,
      id,
    ]),
  )
}
