import { createContext } from '../context.ts'
import type { AddCommand } from '../command.ts'

interface DemoOptions {
  people: string
  seconds: string
  seed: string
  log?: string
  stay?: boolean
}

/** The demo stands beside the product, so it is loaded only when asked for. */
export const addDemoCommand: AddCommand = (program, environment, setExitCode) => {
  program
    .command('demo')
    .description(
      'the hub with five vendors, a web form and mail on this machine, with realistic traffic, until everything agrees',
    )
    .option('--people <count>', 'customers', '360')
    .option('--seconds <count>', 'how long traffic comes in', '45')
    .option('--seed <number>', 'the same seed makes the same traffic', '2026')
    .option('--log <file>', "where the hub's log goes; default: removed with the demo's data")
    .option('--stay', 'afterwards the hub goes on running, with its console, until Ctrl-C')
    .action(async (options: DemoOptions, command) => {
      const { out } = createContext(command, environment)
      const [{ runDemo }, { startDemoHub }] = await Promise.all([
        import('../../../demo/main.ts'),
        import('../../../demo/start-hub.ts'),
      ])
      const exitCode = await runDemo({
        startHub: (file, variables) => startDemoHub(file, variables, options.log),
        screen: out.json ? process.stderr : process.stdout,
        people: Number(options.people),
        trafficMs: Number(options.seconds) * 1_000,
        seed: Number(options.seed),
        stay: options.stay === true,
      })
      out.value({ ok: exitCode === 0 })
      setExitCode(exitCode)
    })
}
