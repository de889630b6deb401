import type { Command } from 'commander'
import type { Environment } from '#config/environment.ts'

/** Adds a command to the program. `setExitCode` is for commands that answer "no" without an error. */
export type AddCommand = (program: Command, environment: Environment, setExitCode: (code: number) => void) => void
