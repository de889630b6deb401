import { Command, CommanderError } from 'commander'
import type { Environment } from '#config/environment.ts'
import { CliError } from './cli-error.ts'
import { addAlertsCommand } from './alerts.ts'
import { addBrakeCommands } from './flow/brakes.ts'
import { addCheckCommand } from './check.ts'
import { addGlobalOptions } from './context.ts'
import { addCustomerCommand } from './customers/customer.ts'
import { addDeliveriesCommand } from './flow/deliveries.ts'
import { addDemoCommand } from './start/demo.ts'
import { addEventsCommand } from './flow/events.ts'
import { addExportCommands } from './files/export.ts'
import { addIdentityCommand } from './customers/identity.ts'
import { addImportCommand } from './files/import.ts'
import { addLinkCommand } from './link/link.ts'
import { addMapCommand } from './map/map.ts'
import { addNewConnectorCommand } from './new-connector.ts'
import { addPolicyCommand } from './customers/policy.ts'
import { addQualityCommand } from './customers/quality.ts'
import { addReplayCommand } from './flow/replay.ts'
import { addStartCommand } from './start/start.ts'
import { addStatusCommand } from './status.ts'
import { addSystemsCommand } from './systems.ts'
import { addTokenCommand } from './token.ts'
import { addWhyCommand } from './flow/why.ts'

const COMMANDS = [
  addStartCommand,
  addCheckCommand,
  addStatusCommand,
  addAlertsCommand,
  addEventsCommand,
  addDeliveriesCommand,
  addCustomerCommand,
  addWhyCommand,
  addReplayCommand,
  addBrakeCommands,
  addSystemsCommand,
  addLinkCommand,
  addMapCommand,
  addIdentityCommand,
  addPolicyCommand,
  addQualityCommand,
  addImportCommand,
  addExportCommands,
  addTokenCommand,
  addNewConnectorCommand,
  addDemoCommand,
]

/** All commands, each with the options that every one of them takes. */
export function createProgram(environment: Environment, setExitCode: (code: number) => void): Command {
  const program = new Command('patchbay')
    .description('Integration hub: webhooks in, one golden record per customer, every system up to date.')
    .helpOption('-h, --help', 'show help')
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
  addGlobalOptions(program)
  for (const add of COMMANDS) add(program, environment, setExitCode)
  return program
}

/** Runs one command line. Returns the exit code; every error has been written as one message. */
export async function runCli(args: readonly string[], environment: Environment): Promise<number> {
  let exitCode = 0
  const program = createProgram(environment, code => {
    exitCode = code
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    return report(error)
  }
}

function report(error: unknown): number {
  // Commander has written its message itself; showing help is no failure.
  if (error instanceof CommanderError) return error.exitCode
  if (error instanceof CliError) {
    process.stderr.write(`patchbay: ${error.message}\n`)
    return error.exitCode
  }
  process.stderr.write(
    `patchbay: a mistake of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  return 70
}
