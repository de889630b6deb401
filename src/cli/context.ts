import type { Command } from 'commander'
import { createInterface } from 'node:readline/promises'
import type { Environment } from '#config/environment.ts'
import { readDataDir } from '#config/load.ts'
import { readAccessFile } from './access-file.ts'
import { CliError } from './cli-error.ts'
import { createClient } from './client.ts'
import type { Client } from './client.ts'
import { createOutput } from './output/output.ts'
import type { Output } from './output/output.ts'

/** What every command is given. */
export interface CommandContext {
  environment: Environment
  configFile: string
  out: Output
  /** The running hub; a CliError when it is not known where it is. */
  connect(): Client
  /** Asks before an act on many; true at once with --yes. Without a terminal --yes is needed. */
  confirm(question: string): Promise<boolean>
}

interface GlobalOptions {
  json?: boolean
  config?: string
  url?: string
  token?: string
  yes?: boolean
}

/** Adds the options that every command takes. */
export function addGlobalOptions(program: Command): void {
  program
    .option('--json', 'print JSON, for programs')
    .option('--config <file>', 'configuration file (PATCHBAY_CONFIG)')
    .option('--url <url>', 'address of the hub (PATCHBAY_URL); default: that of the data folder')
    .option('--token <token>', 'token of the REST API (PATCHBAY_TOKEN); default: that of the data folder')
}

export function createContext(command: Command, environment: Environment): CommandContext {
  const options: GlobalOptions = command.optsWithGlobals()
  const configFile = options.config ?? environment.configFile
  const out = createOutput({
    json: options.json === true,
    colours: environment.colours,
    stdout: process.stdout,
    stderr: process.stderr,
  })
  return {
    environment,
    configFile,
    out,
    connect() {
      const dataDir = readDataDir(configFile, environment)
      const file = readAccessFile(dataDir)
      const url = options.url ?? environment.url ?? file?.url
      const token = options.token ?? environment.token ?? file?.token
      if (url === undefined || token === undefined) {
        throw new CliError(
          `no hub has run with the data folder ${dataDir}. Start it with "npm start", or give --url and --token.`,
        )
      }
      return createClient({ url: url.replace(/\/+$/, ''), token })
    },
    async confirm(question) {
      if (options.yes === true) return true
      if (!process.stdin.isTTY || !process.stdout.isTTY || out.json) {
        out.line('Nothing was done. Give --yes to do it.')
        return false
      }
      const prompt = createInterface({ input: process.stdin, output: process.stdout })
      try {
        return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim())
      } finally {
        prompt.close()
      }
    },
  }
}
