import type { ReplyOf } from '#console/handler.ts'
import { CliError } from '../cli-error.ts'
import type { AddCommand } from '../command.ts'
import { createContext } from '../context.ts'
import type { Output } from '../output/output.ts'

interface BrakeOptions {
  cause?: string
}

/** `release` and `discard`: what the brake of a (system, object) holds is shown first, and acted on with --yes. */
export const addBrakeCommands: AddCommand = (program, environment) => {
  const acts = [
    ['release', 'write what the brake holds, after a look at it', 'Write'],
    ['discard', 'throw away what the brake holds, after a look at it: the system keeps what it has', 'Throw away'],
  ] as const
  for (const [name, description, verb] of acts) {
    program
      .command(name)
      .description(description)
      .argument('<system/object>', 'such as crm/contact')
      .option('--cause <cause>', 'only what this cause would change, such as mapping:crm/contact.out')
      .option('--yes', 'do not ask')
      .action(async (place: string, options: BrakeOptions, command) => {
        const { connect, confirm, out } = createContext(command, environment)
        const { system, object } = readPlace(place)
        const path = `/brakes/${encodeURIComponent(system)}/${encodeURIComponent(object)}/${name}`
        const client = connect()
        const { cause } = options
        const found = await client.post('releaseBrake', path, { dryRun: true, cause })
        writeHeld(out, place, found)
        if (found.brakes.length === 0 || !(await confirm(`${verb} ${found.count} deliveries?`))) {
          out.value(found)
          return
        }
        const done = await client.post('releaseBrake', path, { dryRun: false, confirm: found.confirm, cause })
        out.value(done)
        out.line(`Done: ${done.count}.`)
      })
  }
}

function readPlace(place: string): { system: string; object: string } {
  const at = place.indexOf('/')
  if (at <= 0 || at === place.length - 1)
    throw new CliError(`"${place}": expected a system and an object, such as crm/contact`)
  return { system: place.slice(0, at), object: place.slice(at + 1) }
}

function writeHeld(out: Output, place: string, found: ReplyOf<'releaseBrake'>): void {
  if (found.brakes.length === 0) {
    out.line(`No brake is on for ${place}.`)
    return
  }
  for (const brake of found.brakes)
    out.line(
      `${brake.cause}: ${brake.held} deliveries are held; ${brake.changed} records would have changed, ${brake.limit} are let through.`,
    )
  out.table(
    [{ title: 'GOLDEN RECORD' }, { title: 'ENTITY' }, { title: 'WOULD' }, { title: 'MEMBERS', max: 60 }],
    found.sample.map(row => [row.goldenId, row.entity, row.would, row.members.join(', ')]),
  )
}
