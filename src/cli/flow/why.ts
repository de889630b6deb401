import { CliError } from '../cli-error.ts'
import type { Client } from '../client.ts'
import { createContext } from '../context.ts'
import type { Output } from '../output/output.ts'
import type { AddCommand } from '../command.ts'
import { writeEvent } from './events.ts'

export const addWhyCommand: AddCommand = (program, environment) => {
  program
    .command('why')
    .description('why a golden record is (not) in the other systems, or what became of an event')
    .argument('<id>', 'a golden record or an event')
    .option('--system <name>', 'only this system')
    .action(async (id: string, options: { system?: string }, command) => {
      const { connect, out } = createContext(command, environment)
      const client = connect()
      const { items } = await client.get('listDeliveries', '/deliveries', {
        goldenId: id,
        system: options.system,
        limit: 200,
      })
      if (items.length > 0) {
        const reasons = await Promise.all(
          items.map(async ({ system, object }) => ({
            system,
            object,
            ...(await client.get('explainDelivery', `/deliveries/${system}/${encodeURIComponent(object)}/${id}/why`)),
          })),
        )
        out.value(reasons)
        for (const reason of reasons) writeWhy(out, reason)
        return
      }
      const event = await findEvent(client, id)
      out.value(event)
      writeEvent(out, event)
    })
}

async function findEvent(client: Client, id: string) {
  try {
    return await client.get('getEvent', `/events/${encodeURIComponent(id)}`)
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`${id} is no event, and no golden record that any route takes`)
    throw error
  }
}

interface Why {
  system: string
  object: string
  state: string
  summary: string
  steps: readonly string[]
  next: readonly string[]
}

function writeWhy(out: Output, why: Why): void {
  const style = why.state === 'dead' ? 'bad' : why.state === 'synced' ? 'good' : 'warn'
  out.line(`${out.style('bold', `${why.system}/${why.object}`)}  ${out.style(style, why.state)}  ${why.summary}`)
  for (const step of why.steps) out.line(`    ${step}`)
  for (const step of why.next) out.line(`  ${out.style('dim', 'do:')} ${step}`)
}
