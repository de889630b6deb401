import { isJsonObject } from '#model/json.ts'
import { CliError } from '../cli-error.ts'
import { createContext } from '../context.ts'
import { actOnMany } from './many.ts'
import type { Cell, Output } from '../output/output.ts'
import type { AddCommand } from '../command.ts'

interface ReplayOptions {
  system?: string
  state?: string
  reason?: string
  type?: string
  object?: string
  remoteId?: string
  since?: string
  until?: string
  dryRun?: boolean
}

export const addReplayCommand: AddCommand = (program, environment) => {
  program
    .command('replay')
    .description('run events again, after a look at which; such as: replay --state dead --reason mapping_failed')
    .argument('[ids...]', 'events')
    .option('--system <name>')
    .option('--state <state>', 'processed, ignored, dead')
    .option('--reason <code>')
    .option('--type <type>')
    .option('--object <object>')
    .option('--remote-id <id>')
    .option('--since <time>', 'RFC 3339')
    .option('--until <time>')
    .option('--dry-run', 'only show')
    .option('--yes', 'do not ask')
    .action(async (ids: string[], options: ReplayOptions, command) => {
      const context = createContext(command, environment)
      const { system, state, reason, type, object, remoteId, since, until } = options
      const given = { system, state, reason, type, object, remoteId, since, until, ...(ids.length > 0 && { ids }) }
      const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
      if (Object.keys(filter).length === 0)
        throw new CliError('say which events: ids, or a filter such as --state dead')
      const act = { path: '/replay', noun: 'events', verb: 'Run again' } as const
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

function writeSample(out: Output, sample: readonly unknown[]): void {
  const names = ['id', 'system', 'type', 'remoteId', 'state', 'reason'] as const
  out.table(
    ['ID', 'SYSTEM', 'TYPE', 'REMOTE ID', 'STATE', 'REASON'].map(title => ({ title, max: 36 })),
    sample
      .filter(isJsonObject)
      .map(row => names.map((name): Cell => (typeof row[name] === 'string' ? row[name] : null))),
  )
}
