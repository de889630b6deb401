import { resolve } from 'node:path'
import type { HubConfig } from '#config/config.ts'
import { prepareSecrets } from '#config/load.ts'
import type { ReplyOf } from '#console/handler.ts'
import { CliError } from './cli-error.ts'
import { checkFile, readConfig, readConnectors } from './config-file.ts'
import type { Connectors } from './config-file.ts'
import { createContext } from './context.ts'
import type { CommandContext } from './context.ts'
import { conditionProblems, readMappings } from './map/folders.ts'
import type { AddCommand } from './command.ts'

type Running = ReplyOf<'checkConfig'>

/** Configuration and mappings are checked here; credentials and what would change by the running hub, when there is one. */
export const addCheckCommand: AddCommand = (program, environment, setExitCode) => {
  program
    .command('check')
    .description('check configuration, mappings with their cases, credentials; say what would change')
    .action(async (_options, command) => {
      const context = createContext(command, environment)
      const file = resolve(context.configFile)
      prepareSecrets(file, environment)
      const connectors = await readConnectors()
      const checked = checkFile(file, environment, connectors)
      const config = checked.ok ? (await readConfig(file, environment)).loaded.config : undefined
      const mappings = config === undefined ? [] : await checkMappings(config)
      const running = await askHub(context)
      const ok =
        checked.ok && mappings.length === 0 && running?.credentials.every(entry => entry.result !== 'failed') !== false
      const result = {
        ok,
        problems: checked.problems,
        warnings: checked.warnings,
        mappings,
        presets: config === undefined ? [] : presetsOf(config, connectors),
        changes: running?.changes ?? null,
        credentials: running?.credentials ?? null,
      }
      context.out.value(result)
      writeResult(context, result)
      if (!ok) setExitCode(1)
    })
}

/** What is wrong with mappings: those that do not compile, and cases that fail. */
async function checkMappings(config: HubConfig): Promise<string[]> {
  const { library, catalogue, problems } = await readMappings(config)
  const failed = catalogue
    .names()
    .flatMap(name =>
      catalogue
        .runCases(name)
        .flatMap(({ name: one, passed, message }) => (passed ? [] : [`${name}: ${one}: ${message ?? 'failed'}`])),
    )
  return [...problems, ...failed, ...conditionProblems(config, library)]
}

/** Systems whose webhooks are read by a preset. */
function presetsOf(config: HubConfig, connectors: Connectors): Result['presets'] {
  return Object.values(config.systems).flatMap(({ name, connector, settings }) => {
    const preset = connectors.get(connector)?.manifest.presetOf?.(settings)
    return preset === undefined ? [] : [{ system: name, preset }]
  })
}

async function askHub(context: CommandContext): Promise<Running | undefined> {
  try {
    return await context.connect().post('checkConfig', '/config/check')
  } catch (error) {
    if (error instanceof CliError) return undefined
    throw error
  }
}

interface Result {
  ok: boolean
  problems: readonly string[]
  warnings: readonly string[]
  mappings: readonly string[]
  presets: readonly { system: string; preset: string }[]
  changes: readonly string[] | null
  credentials: Running['credentials'] | null
}

function writeResult({ out }: CommandContext, result: Result): void {
  const section = (title: string, lines: readonly string[], good: string): void => {
    out.line(`${out.style('bold', title)}  ${lines.length === 0 ? out.style('good', good) : ''}`.trimEnd())
    for (const line of lines) out.line(`  ${line}`)
  }
  section(
    'Configuration',
    [...result.problems, ...result.warnings.map(text => `${out.style('warn', 'warning')} ${text}`)],
    'right',
  )
  if (result.problems.length === 0) section('Mappings', result.mappings, 'compile, and all cases pass')
  if (result.presets.length > 0) {
    const lines = result.presets.map(({ system, preset }) => `${system} reads webhooks by the preset ${preset}`)
    section('Presets', lines, '')
  }
  if (result.credentials === null) {
    out.line(`${out.style('bold', 'Credentials')}  ${out.style('dim', 'not checked: no hub runs')}`)
  } else {
    out.line(out.style('bold', 'Credentials'))
    out.table(
      [{ title: '  SYSTEM' }, { title: 'RESULT' }, { title: '', max: 100 }],
      result.credentials.map(entry => [`  ${entry.system}`, entry.result, entry.message]),
    )
  }
  if (result.changes !== null) section('Changes against what is applied', result.changes, 'none')
  out.line()
  out.line(result.ok ? out.style('good', 'Everything is right.') : out.style('bad', 'Something is wrong.'))
}
