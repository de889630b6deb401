import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Environment } from '#config/environment.ts'
import type { ReplyOf } from '#console/handler.ts'
import { CliError } from './cli-error.ts'
import type { Client } from './client.ts'
import { createContext } from './context.ts'
import type { CommandContext } from './context.ts'

type Plan = ReplyOf<'getMappingPlan'>

interface PlanOptions {
  last?: string
  all?: boolean
  draft?: string
  in?: boolean
}

interface ApplyOptions extends PlanOptions {
  note?: string
  replay?: boolean
  yes?: boolean
}

const LAST_DEFAULT = 1000
const LOOK_EVERY_MS = 200

/** `map plan` and `map apply`: what a draft would change, before and as it is published. */
export function addPlanCommands(map: Command, environment: Environment, setExitCode: (code: number) => void): void {
  withPlanOptions(
    map.command('plan').description('run a draft beside the mapping in force, and show what would change'),
  ).action(async (place: string, options: PlanOptions, command) => {
    const context = createContext(command, environment)
    const plan = await makePlan(context, context.connect(), place, options)
    context.out.value(plan)
    writePlan(context, plan)
    if (plan.state !== 'done') setExitCode(1)
  })
  withPlanOptions(map.command('apply').description('plan a draft, ask, and publish it'))
    .option('--note <text>', 'what it is for')
    .option('--replay', 'map what is stored again, and deliver what differs')
    .option('--yes', 'do not ask')
    .action(async (place: string, options: ApplyOptions, command) => {
      const context = createContext(command, environment)
      if (!(await apply(context, place, options))) setExitCode(1)
    })
}

function withPlanOptions(command: Command): Command {
  return command
    .argument('<system/object>', 'such as crm/contact')
    .option('--in', 'the inbound mapping, over stored events; without it the outbound one, over golden records')
    .option('--last <number>', `only the newest records (${LAST_DEFAULT})`)
    .option('--all', 'all of them')
    .option('--draft <file>', 'a text that is not saved yet; without it the saved draft')
}

async function apply(context: CommandContext, place: string, options: ApplyOptions): Promise<boolean> {
  const { out } = context
  const client = context.connect()
  const plan = await makePlan(context, client, place, options)
  writePlan(context, plan)
  const isWanted = plan.state === 'done' && (await context.confirm(`Publish ${plan.mapping}?`))
  if (!isWanted) {
    out.value({ plan, publication: null })
    return plan.state === 'done'
  }
  const { note, replay = false } = options
  const source = readDraft(options)
  if (source !== undefined) await client.put('saveMappingDraft', `/mappings/${plan.mapping}/draft`, { source, note })
  const body = { mappings: [plan.mapping], note, replay }
  const publication = await client.post('publishMappings', '/mapping-publications', body)
  out.value({ plan, publication })
  out.line(
    `Publication ${publication.number}: in force everywhere within a second${replay ? ', and what is stored is mapped again' : ''}.`,
  )
  return true
}

async function makePlan(context: CommandContext, client: Client, place: string, options: PlanOptions): Promise<Plan> {
  const [system, object, ...rest] = place.split('/')
  if (system === undefined || object === undefined || object === '' || rest.length > 0)
    throw new CliError(`"${place}": expected a system and an object, such as crm/contact`)
  const last = options.all === true ? undefined : Number(options.last ?? LAST_DEFAULT)
  const direction = options.in === true ? 'in' : 'out'
  const started = await client.post('startMappingPlan', '/mapping-plans', {
    system,
    object,
    direction,
    last,
    source: readDraft(options),
  })
  return await follow(context, client, started)
}

function readDraft({ draft }: PlanOptions): string | undefined {
  if (draft === undefined) return undefined
  try {
    return readFileSync(resolve(draft), 'utf8')
  } catch (error) {
    throw new CliError(`${draft}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Shows how far a plan is until it has ended; Ctrl-C cancels it. */
async function follow({ out }: CommandContext, client: Client, started: Plan): Promise<Plan> {
  let plan = started
  const path = `/mapping-plans/${plan.id}`
  const cancel = (): void => void client.delete('cancelMappingPlan', path).catch(() => undefined)
  process.once('SIGINT', cancel)
  while (plan.state === 'running') {
    out.progress(`${plan.records} of ${plan.total} records, ${plan.changed} would change`)
    await wait(LOOK_EVERY_MS)
    plan = await client.get('getMappingPlan', path)
  }
  process.off('SIGINT', cancel)
  out.progress('')
  return plan
}

function writePlan({ out }: CommandContext, plan: Plan): void {
  const took =
    plan.endedAt === null ? '' : ` in ${((Date.parse(plan.endedAt) - Date.parse(plan.startedAt)) / 1000).toFixed(1)} s`
  out.line(`${plan.mapping}: ${plan.records} records${took}, ${plan.changed} would change.`)
  if (plan.state !== 'done') out.line(out.style('bad', `The plan was not finished: ${plan.message ?? plan.state}.`))
  const fields = Object.entries(plan.fields).sort(([, a], [, b]) => total(b) - total(a))
  if (fields.length > 0)
    out.table(
      [
        { title: 'FIELD' },
        { title: 'CHANGED', align: 'right' },
        { title: 'ADDED', align: 'right' },
        { title: 'REMOVED', align: 'right' },
      ],
      fields.map(([name, { changed, added, removed }]) => [name, changed, added, removed]),
    )
  for (const [place, records] of Object.entries(plan.destinations)) out.line(`${place}: ${records} records`)
  if (plan.mapping.endsWith('.out')) out.line(`Would be sent: ${plan.creates} creates, ${plan.updates} updates.`)
  if (plan.newFailures > 0) out.line(out.style('bad', `${plan.newFailures} records would fail that do not now.`))
  if (plan.endedFailures > 0) out.line(out.style('good', `${plan.endedFailures} records would not fail any more.`))
  for (const { id, failure } of plan.failures.slice(0, 5)) out.line(`  ${id}  ${failure ?? ''}`)
  for (const { id, before, after } of plan.samples.slice(0, 5))
    out.line(
      `  ${id}\n${out.style('bad', `    - ${JSON.stringify(before)}`)}\n${out.style('good', `    + ${JSON.stringify(after)}`)}`,
    )
}

const total = ({ changed, added, removed }: Plan['fields'][string]): number => changed + added + removed
