import type { ReplyOf } from '#console/handler.ts'
import { CliError } from '../cli-error.ts'
import type { Client } from '../client.ts'
import type { AddCommand } from '../command.ts'
import { createContext } from '../context.ts'
import { writePlan, writeProgress } from './report.ts'

type LinkObject = ReplyOf<'getLink'>['items'][number]

interface LinkOptions {
  apply?: boolean
  watch?: boolean
  yes?: boolean
}

const LOOK_MS = 2_000

export const addLinkCommand: AddCommand = (program, environment) => {
  program
    .command('link')
    .description('first link of a system: load what it holds, show what would be done there, make it live')
    .argument('<system>', 'a system, or one object of it: crm or crm/contact')
    .option('--watch', 'show progress until everything is loaded')
    .option('--apply', 'make live what is in review')
    .option('--yes', 'do not ask')
    .action(async (name: string, options: LinkOptions, command) => {
      const { connect, out, confirm } = createContext(command, environment)
      const place = placeOf(name)
      const client = connect()
      let items = await start(client, place)
      if (options.watch === true) {
        while (items.some(item => item.state === 'loading')) {
          out.progress(items.map(item => `${item.system}/${item.object} ${item.state} ${item.loaded}`).join(', '))
          await new Promise(resolve => setTimeout(resolve, LOOK_MS))
          items = await read(client, place)
        }
        out.progress('')
      }
      const reviewed = items.filter(item => item.plan !== null)
      if (!out.json) {
        writeProgress(out, items)
        for (const item of reviewed) writePlan(out, item)
      }
      if (options.apply !== true) {
        out.value(items)
        if (reviewed.length > 0) out.line(`\nMake it live: patchbay link ${name} --apply`)
        return
      }
      if (reviewed.length === 0) throw new CliError(`nothing of ${name} is in review: ${statesOf(items, place.system)}`)
      const writes = reviewed.reduce(
        (sum, { plan }) => sum + (plan?.create ?? 0) + (plan?.change ?? 0) + (plan?.remove ?? 0),
        0,
      )
      if (
        !(await confirm(
          `Make ${reviewed.map(item => `${item.system}/${item.object}`).join(', ')} live, with ${writes} writes?`,
        ))
      ) {
        out.value(items)
        return
      }
      const applied = await client.post('applyLink', `${place.path}/apply`, undefined, place.query)
      out.value(await read(client, place))
      for (const { system, object } of applied.items)
        out.line(`${system}/${object} is live; its writes follow behind live work.`)
    })
}

interface Place {
  system: string
  path: string
  query: { object: string | undefined }
}

function placeOf(name: string): Place {
  const slash = name.indexOf('/')
  const system = slash === -1 ? name : name.slice(0, slash)
  const object = slash === -1 ? undefined : name.slice(slash + 1)
  return { system, path: `/systems/${encodeURIComponent(system)}/link`, query: { object } }
}

async function read(client: Client, place: Place): Promise<readonly LinkObject[]> {
  return (await client.get('getLink', place.path, place.query)).items
}

/** Starts what is new, and answers how far everything is. */
async function start(client: Client, place: Place): Promise<readonly LinkObject[]> {
  const items = await read(client, place)
  if (!items.some(item => item.system === place.system && item.state === 'new')) return items
  await client.post('startLink', `${place.path}/start`, undefined, place.query)
  return await read(client, place)
}

function statesOf(items: readonly LinkObject[], system: string): string {
  return items
    .filter(item => item.system === system)
    .map(item => `${item.object} is ${item.state}`)
    .join(', ')
}
