import type { Command } from 'commander'
import { isJsonObject } from '#model/json.ts'
import { CliError } from '../cli-error.ts'
import { createContext } from '../context.ts'
import { addListOptions, readList } from '../output/list.ts'
import type { ListOptions } from '../output/list.ts'
import { actOnMany } from './many.ts'
import { shortTime } from '../output/output.ts'
import type { Cell, Output } from '../output/output.ts'
import type { AddCommand } from '../command.ts'

interface DeliveryOptions extends ListOptions {
  system?: string
  object?: string
  state?: string
  route?: string
  entity?: string
  reason?: string
  goldenId?: string
  dryRun?: boolean
}

export const addDeliveriesCommand: AddCommand = (program, environment) => {
  const deliveries = program.command('deliveries').description('deliveries: list, retry, release')
  addListOptions(
    addFilter(deliveries.command('list', { isDefault: true }).description('list them (the default)')),
  ).action(async (options: DeliveryOptions, command) => {
    const { connect, out } = createContext(command, environment)
    const { system, object, state, route, entity, goldenId } = options
    const client = connect()
    const query = { system, object, state, route, entity, goldenId }
    const { items, more } = await readList(options, cursor =>
      client.get('listDeliveries', '/deliveries', { ...query, ...cursor }),
    )
    out.value(items)
    out.table(
      [
        { title: 'SYSTEM' },
        { title: 'OBJECT' },
        { title: 'GOLDEN RECORD' },
        { title: 'STATE' },
        { title: 'REASON', max: 40 },
        { title: 'DUE' },
        { title: 'REMOTE ID', max: 36 },
      ],
      items.map(row => [
        row.system,
        row.object,
        row.goldenId,
        row.state,
        row.reason,
        shortTime(row.dueAt),
        row.remoteId,
      ]),
    )
    if (more) out.line(out.style('dim', 'There is more: --limit or --all.'))
  })
  addAct(deliveries, 'retry', 'try deliveries again now: dead, retrying, unknown')
  addAct(deliveries, 'release', 'let held and frozen deliveries go on')

  function addAct(parent: Command, name: 'retry' | 'release', description: string): void {
    addFilter(parent.command(name).description(description))
      .option('--reason <code>')
      .option('--dry-run', 'only show')
      .option('--yes', 'do not ask')
      .action(async (options: DeliveryOptions, command) => {
        const context = createContext(command, environment)
        const { system, object, state, route, entity, goldenId, reason } = options
        const given = Object.entries({ system, object, state, route, entity, goldenId, reason })
        const filter = Object.fromEntries(given.filter(([, value]) => value !== undefined))
        if (Object.keys(filter).length === 0) throw new CliError('say which deliveries: such as --system crm')
        const act = {
          path: `/deliveries/${name}`,
          noun: 'deliveries',
          verb: name === 'retry' ? 'Retry' : 'Release',
        } as const
        await actOnMany(
          context,
          context.connect(),
          act,
          filter,
          sample => writeSample(context.out, sample),
          options.dryRun === true,
        )
      })
  }
}

function addFilter(command: Command): Command {
  return command
    .option('--system <name>')
    .option('--object <object>')
    .option('--state <state>')
    .option('--route <name>')
    .option('--entity <entity>')
    .option('--golden-id <id>')
}

function writeSample(out: Output, sample: readonly unknown[]): void {
  const names = ['system', 'object', 'goldenId', 'state', 'reason'] as const
  out.table(
    ['SYSTEM', 'OBJECT', 'GOLDEN RECORD', 'STATE', 'REASON'].map(title => ({ title, max: 40 })),
    sample
      .filter(isJsonObject)
      .map(row => names.map((name): Cell => (typeof row[name] === 'string' ? row[name] : null))),
  )
}
