import type { ReplyOf } from '#console/handler.ts'
import { CliError } from './cli-error.ts'
import { readConnectors } from './config-file.ts'
import { createContext } from './context.ts'
import type { CommandContext } from './context.ts'
import { shortTime } from './output/output.ts'
import type { Output } from './output/output.ts'
import type { AddCommand } from './command.ts'

type System = ReplyOf<'getSystem'>

export const addSystemsCommand: AddCommand = (program, environment) => {
  const systems = program
    .command('systems')
    .description('systems: list, pause, resume, decide on held deletes, verify refused requests again')
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
    .command('deletes <system/object>')
    .description('deletes that a comparison of ids found and holds: show, release, discard')
    .option('--release', 'delete them here')
    .option('--discard', 'forget what the list said')
    .option('--yes', 'do not ask')
    .action(async (place: string, options: { release?: boolean; discard?: boolean }, command) => {
      const verdict = options.release === true ? 'release' : options.discard === true ? 'discard' : undefined
      await decideDeletes(createContext(command, environment), place, verdict)
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
  systems
    .command('presets')
    .description('senders whose webhooks are known: what `in: { preset: NAME }` of a connector may name')
    .action(async (_options, command) => writePresets(createContext(command, environment).out))
}

/** The presets that come with the project, each with the connectors that know it; no hub is asked. */
async function writePresets(out: Output): Promise<void> {
  const rows = new Map<
    string,
    { preset: string; title: string; category: string; secrets: string; connectors: string[] }
  >()
  for (const [connector, { manifest }] of await readConnectors()) {
    for (const [preset, { title, category, secrets }] of manifest.presets ?? []) {
      const row = rows.get(preset) ?? { preset, title, category, secrets, connectors: [] }
      rows.set(preset, { ...row, connectors: [...row.connectors, connector] })
    }
  }
  out.value([...rows.values()])
  out.table(
    [
      { title: 'PRESET' },
      { title: 'SENDER' },
      { title: 'CATEGORY' },
      { title: 'CONNECTORS' },
      { title: 'SECRET', max: 70 },
    ],
    [...rows.values()].map(row => [row.preset, row.title, row.category, row.connectors.join(', '), row.secrets]),
  )
}

/** Shows which deletes a comparison of ids holds; releases or discards them when that is asked for. */
async function decideDeletes(
  { connect, out, confirm }: CommandContext,
  place: string,
  verdict: 'release' | 'discard' | undefined,
): Promise<void> {
  const at = place.indexOf('/')
  if (at < 1) throw new CliError(`"${place}" is no place: expected system/object, such as crm/contact`)
  const path = `/systems/${encodeURIComponent(place.slice(0, at))}/deletes/${encodeURIComponent(place.slice(at + 1))}`
  const client = connect()
  const found = await client.post('decideHeldDeletes', path, { verdict: verdict ?? 'release', dryRun: true })
  const { known, listed, missing } = found.held
  out.line(`${missing} of ${known} remote records are not among the ${listed} ids that ${place} lists:`)
  out.table(
    [{ title: 'REMOTE ID', max: 60 }, { title: 'GOLDEN RECORD' }],
    found.sample.map(row => [row.remoteId, row.goldenId]),
  )
  if (verdict === undefined) {
    out.value(found)
    return out.line('They are kept. To delete them here: --release. To forget what the list said: --discard.')
  }
  const question = verdict === 'release' ? `Delete ${missing} remote records here?` : 'Forget what the list said?'
  if (!(await confirm(question))) return out.value(found)
  const done = await client.post('decideHeldDeletes', path, { verdict, dryRun: false })
  out.value(done)
  out.line(verdict === 'release' ? `Deleted: ${done.deleted}.` : 'Forgotten; the next comparison looks anew.')
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
