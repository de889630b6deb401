import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Environment } from '#config/environment.ts'
import type { ReplyOf } from '#console/handler.ts'
import { CliError } from '../cli-error.ts'
import { createContext, type CommandContext } from '../context.ts'
import { pathOf } from './path.ts'

type Trial = ReplyOf<'tryMapping'>

interface TryOptions {
  event?: string
  golden?: string
  input?: string
  standIn?: boolean
}

/** `map try`: a text over one record, beside the mapping in force. */
export function addTrialCommand(map: Command, environment: Environment, setExitCode: (code: number) => void): void {
  map
    .command('try')
    .description('run a text over one record, beside the mapping in force; nothing is changed')
    .argument('<name>', 'such as crm/contact.out')
    .argument('[file]', 'the text; without it the saved draft, else what is in force')
    .option('--event <id>', 'a stored event')
    .option('--golden <id>', 'a golden record')
    .option('--input <file>', 'a record as JSON')
    .option('--stand-in', 'invented values in the place of personal ones, as a case must have them')
    .action(async (name: string, file: string | undefined, options: TryOptions, command) => {
      const context = createContext(command, environment)
      const trial = await context.connect().post('tryMapping', `${pathOf(name)}/try`, {
        source: file === undefined ? undefined : read(file),
        eventId: options.event,
        goldenId: options.golden,
        input: options.input === undefined ? undefined : jsonOf(options.input),
        standIn: options.standIn === true,
      })
      context.out.value(trial)
      write(context, trial)
      if (!trial.draft.ok) setExitCode(1)
    })
}

function read(file: string): string {
  try {
    return readFileSync(resolve(file), 'utf8')
  } catch (error) {
    throw new CliError(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function jsonOf(file: string): unknown {
  const text = read(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CliError(`${file}: expected JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function write({ out }: CommandContext, { draft, inForce, differences, problems }: Trial): void {
  const { failure } = draft
  if (failure === undefined) out.line(JSON.stringify(draft.value ?? null, undefined, 2))
  else {
    out.line(out.style('bad', `${failure.line ?? 1}:${failure.column ?? 1}: ${failure.message} (${failure.code})`))
    if (failure.expression !== undefined) out.line(`  in    ${failure.expression}`)
    if ('value' in failure)
      out.line(`  found ${JSON.stringify(failure.value)}${failure.path === undefined ? '' : ` at ${failure.path}`}`)
  }
  for (const { path, message } of problems) out.line(out.style('warn', `${path}: ${message}`))
  if (inForce?.ok === false) out.line('The mapping in force fails on it.')
  for (const one of differences) {
    if ('before' in one) out.line(out.style('bad', `- ${one.path}: ${JSON.stringify(one.before)}`))
    if ('after' in one) out.line(out.style('good', `+ ${one.path}: ${JSON.stringify(one.after)}`))
  }
}
